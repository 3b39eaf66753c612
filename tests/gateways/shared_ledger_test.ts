import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { SharedLedger } from "../../src/gateways/shared_ledger.ts";
import { openPostgresStore } from "../../src/store/postgres_store.ts";
import { startPostgres } from "../harness/postgres.ts";
import { callTo, PAYMENT_ID } from "./gateway_calls.ts";

describe("books that several nodes share", () => {
  it("do under one key one thing, whichever node says it and however many at once", async () => {
    await using postgres = await startPostgres();
    await using one = await openPostgresStore(postgres.url());
    await using other = await openPostgresStore(postgres.url());
    const [here, there] = [new SharedLedger(one.reads), new SharedLedger(other.reads)];

    await here.perform(callTo("authorise"));
    const told = Array.from({ length: 20 }, (_, n) => (n % 2 ? here : there).perform(callTo("capture")));
    const reference = `sim-${PAYMENT_ID}:capture`;
    for (const answer of await Promise.all(told)) expect(answer).toEqual({ outcome: "approved", reference });
    const rows = await one.reads.run<{ readonly entry: string }[]>((sql) => sql`select entry from simulated_payment`);
    expect(rows.map(({ entry }) => JSON.parse(entry).type)).toEqual(["authorise", "capture"]);

    expect(await there.perform(callTo("capture", { amountMinor: 1 }))).toEqual({
      outcome: "declined",
      reason: "key_reused",
    });
    expect(await there.perform(callTo("refund:1#1", { type: "query" }))).toEqual({ outcome: "not_found" });
  });
});
