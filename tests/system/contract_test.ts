import { after, describe } from "@std/testing/bdd";
import { type Postgres, startPostgres } from "../harness/postgres.ts";
import { contractOn } from "./contract/contract_on.ts";

describe("the outside contract on the embedded database", () => {
  contractOn(() => Promise.resolve({}));
});

describe("the outside contract on PostgreSQL", () => {
  let postgres: Postgres | undefined;
  after(async () => await postgres?.[Symbol.asyncDispose]());
  contractOn(async () => {
    postgres = await startPostgres();
    return { databaseUrl: postgres.url() };
  });
});
