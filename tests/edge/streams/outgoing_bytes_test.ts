import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { OutgoingBytes } from "../../../src/edge/streams/outgoing_bytes.ts";

const BUDGET = 100;

interface Reading {
  readonly outgoing: OutgoingBytes;
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly gone: () => number;
}

function reading(): Reading {
  let gone = 0;
  const outgoing = new OutgoingBytes({ budgetBytes: BUDGET, gone: () => void gone++ });
  const stream = new ReadableStream(outgoing, { highWaterMark: 0 });
  return { outgoing, reader: stream.getReader(), gone: () => gone };
}

function bytes(length: number, value = 1): Uint8Array {
  return new Uint8Array(length).fill(value);
}

describe("what waits for a reader", () => {
  it("is handed over at once to one that is waiting", async () => {
    const { outgoing, reader } = reading();
    const read = reader.read();
    await Promise.resolve();
    expect(outgoing.write(bytes(3))).toBe(true);
    expect(outgoing.waitingBytes).toBe(0);
    expect((await read).value).toEqual(bytes(3));
  });

  it("is handed over in one piece and in order when the reader comes back", async () => {
    const { outgoing, reader } = reading();
    outgoing.write(bytes(2, 1));
    outgoing.write(bytes(2, 2));
    expect(outgoing.waitingBytes).toBe(4);
    expect((await reader.read()).value).toEqual(new Uint8Array([1, 1, 2, 2]));
    expect(outgoing.waitingBytes).toBe(0);
  });

  it("is refused past the budget, and counted as it is taken", async () => {
    const { outgoing, reader } = reading();
    expect(outgoing.write(bytes(60))).toBe(true);
    expect(outgoing.write(bytes(40))).toBe(true);
    expect(outgoing.write(bytes(1))).toBe(false);
    expect(outgoing.waitingBytes).toBe(100);
    await reader.read();
    expect(outgoing.write(bytes(100))).toBe(true);
  });

  it("may be larger than the budget when nothing else waits: some states are", () => {
    const { outgoing } = reading();
    expect(outgoing.write(bytes(500))).toBe(true);
    expect(outgoing.write(bytes(1))).toBe(false);
  });

  it("leaves in pieces of at most 64 KB", async () => {
    const outgoing = new OutgoingBytes({ budgetBytes: 1_000_000, gone: () => {} });
    const reader = new ReadableStream(outgoing, { highWaterMark: 0 }).getReader();
    for (let count = 0; count < 10; count++) outgoing.write(bytes(20_000));
    const sizes = [];
    while (outgoing.waitingBytes > 0) sizes.push((await reader.read()).value?.length);
    expect(sizes).toEqual([60_000, 60_000, 60_000, 20_000]);
  });

  it("is sent before the end when the stream is finished", async () => {
    const { outgoing, reader } = reading();
    outgoing.write(bytes(2, 1));
    outgoing.write(bytes(2, 2));
    outgoing.finish();
    expect(outgoing.write(bytes(9))).toBe(true);
    expect((await reader.read()).value).toEqual(new Uint8Array([1, 1, 2, 2]));
    expect((await reader.read()).done).toBe(true);
  });

  it("is forgotten when the stream fails, which is all that the reader learns", async () => {
    const { outgoing, reader, gone } = reading();
    outgoing.write(bytes(1));
    outgoing.fail(new Error("dead"));
    expect([outgoing.waitingBytes, outgoing.write(bytes(1))]).toEqual([0, true]);
    outgoing.fail(new Error("dead again"));
    outgoing.finish();
    await expect(reader.read()).rejects.toThrow("dead");
    expect(gone()).toBe(0);
  });

  it("is forgotten when the stream is abandoned, but for the last word", async () => {
    const { outgoing, reader } = reading();
    outgoing.write(bytes(1));
    await reader.read();
    outgoing.write(bytes(90));
    outgoing.abandon(bytes(1, 7));
    expect(outgoing.waitingBytes).toBe(0);
    expect((await reader.read()).value).toEqual(bytes(1, 7));
    expect((await reader.read()).done).toBe(true);
  });

  it("is not forgotten when the reader has had no turn yet: nobody would ever get on", async () => {
    const { outgoing, reader } = reading();
    outgoing.write(bytes(90, 1));
    outgoing.abandon(bytes(1, 7));
    expect((await reader.read()).value).toEqual(bytes(90, 1));
    expect((await reader.read()).value).toEqual(bytes(1, 7));
    expect((await reader.read()).done).toBe(true);
  });

  it("is forgotten when the reader leaves, who is reported once", async () => {
    const { outgoing, reader, gone } = reading();
    outgoing.write(bytes(90));
    await reader.cancel();
    expect(outgoing.waitingBytes).toBe(0);
    expect(outgoing.write(bytes(500))).toBe(true);
    outgoing.finish();
    outgoing.abandon(bytes(1));
    expect(gone()).toBe(1);
  });
});
