import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { EventRow } from "../../actors/runtime/ports.ts";
import type { Address } from "../../machines/decision.ts";
import { type Entry, PartitionRun } from "../../src/relay/partition_run.ts";
import { TestJournal } from "./test_journal.ts";

describe("a partition on its way", () => {
  it("lets an entity's next event go when the one before it is stored", () => {
    const { run, rows } = runOf("stock/a", "stock/a", "stock/b", "stock/a");
    const [a, b] = run.admit(rows);
    expect([a?.row.position, b?.row.position]).toEqual([1, 3]);
    expect(stored(run, a, 1)?.row.position).toBe(2);
    expect(stored(run, a?.next, 2)?.row.position).toBe(4);
    expect(stored(run, a?.next?.next, 3)).toBe(undefined);
  });

  it("comes as far as everything before is stored", () => {
    const { run, rows } = runOf("stock/a", "customer/c", "stock/b", "customer/c");
    const [a, b] = run.admit(rows);
    stored(run, b, 1);
    expect([run.stored, run.mark()]).toEqual([0, undefined]);
    stored(run, a, 2);
    expect(run.stored).toBe(4);
  });

  it("remembers the event that is furthest in the stream, not the last of the journal", () => {
    const { run, rows } = runOf("stock/a", "stock/b");
    const [a, b] = run.admit(rows);
    stored(run, b, 7);
    stored(run, a, 9);
    expect(run.mark()?.seen).toEqual({ createdAt: "life", sequence: 9, position: 1 });
  });

  it("does not forget what was seen further in the stream before", () => {
    const seen = { createdAt: "life", sequence: 50, position: 1 };
    const { run, rows } = runOf("stock/a", "stock/b");
    const later = new PartitionRun({ partition: 0, position: 1, replays: 0, end: 2, seen }, "life");
    const [b] = later.admit(rows);
    stored(later, b, 40);
    expect(later.mark()).toMatchObject({ position: 2, seen });
    expect(run.stored).toBe(0);
  });

  it("takes what it hears of when it follows, and reads when something is missing before it", () => {
    const { run, rows } = runOf("stock/a", "stock/b", "stock/c", "stock/d");
    for (const row of rows.slice(2)) run.hear(row);
    expect(run.takeNews()).toEqual([]);
    expect(run.wantsToRead).toBe(true);
    run.admit(rows.slice(0, 2));
    expect(run.wantsToRead).toBe(false);
    expect(run.takeNews().map(({ row }) => row.position)).toEqual([3, 4]);
    expect(run.takeNews()).toEqual([]);
  });

  it("reads what it learns of without having heard it", () => {
    const { run, rows } = runOf("stock/a", "stock/b");
    run.learn(2);
    expect(run.wantsToRead).toBe(true);
    for (const row of rows) run.hear(row);
    expect([run.takeNews(), run.wantsToRead]).toEqual([[], true]);
    expect(run.admit(rows).map(({ row }) => row.position)).toEqual([1, 2]);
    expect(run.wantsToRead).toBe(false);
  });

  it("holds only so much in memory, whatever it hears of, and reads the rest later", () => {
    const { run, rows } = runOf(...Array.from({ length: 2_000 }, (_, at): Address => `stock/e${at}`));
    for (const row of rows) run.hear(row);
    const sent = [...run.takeNews()];
    expect(sent.length).toBeLessThanOrEqual(384);
    for (let guard = 0; run.stored < 2_000 && guard < 10_000; guard++) {
      const entry = sent.shift();
      if (entry !== undefined) stored(run, entry, guard + 1);
      if (run.wantsToRead) sent.push(...run.admit(rows.slice(run.admitted, run.admitted + 128)));
      sent.push(...run.takeNews());
      expect(sent.length).toBeLessThanOrEqual(384);
    }
    expect(run.stored).toBe(2_000);
  });
});

function runOf(...addresses: readonly Address[]): { readonly run: PartitionRun; readonly rows: readonly EventRow[] } {
  const journal = new TestJournal();
  const rows = addresses.map((address) => journal.commit(address, { partition: 0, at: 0 }));
  return { run: new PartitionRun({ partition: 0, position: 0, replays: 0, end: 0 }, "life"), rows };
}

function stored(run: PartitionRun, entry: Entry | undefined, sequence: number): Entry | undefined {
  if (entry === undefined) throw new Error("Cannot store what is not there");
  return run.store(entry, sequence);
}
