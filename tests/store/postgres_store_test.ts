import { startPostgres } from "../harness/postgres.ts";
import { openPostgresStore } from "../../src/store/postgres_store.ts";
import { storeContract } from "./store_contract.ts";

storeContract("PostgreSQL", async () => {
  await using opening = new AsyncDisposableStack();
  const postgres = opening.use(await startPostgres());
  const store = opening.use(await openPostgresStore(postgres.url()));
  const opened = opening.move();
  return { store, [Symbol.asyncDispose]: () => opened.disposeAsync() };
});
