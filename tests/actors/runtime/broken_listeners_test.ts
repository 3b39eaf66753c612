import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Outlet } from "../../../actors/runtime/actors.ts";
import type { Kind } from "../../../actors/runtime/kind.ts";
import { Reader } from "./reader.ts";
import { add, heard, type Tally, type TallyCommand, type TallyEvent, tallyKind } from "./tally_kind.ts";
import { World } from "./world.ts";

/** A reader with a defect at these calls. */
class BrokenReader extends Reader {
  constructor(readonly brokenAt: readonly (keyof Outlet)[]) {
    super();
  }

  override open(...args: Parameters<Reader["open"]>): void {
    if (this.brokenAt.includes("open")) throw new Error("cannot open");
    super.open(...args);
  }

  override deliver(...args: Parameters<Reader["deliver"]>): void {
    if (this.brokenAt.includes("deliver")) throw new Error("cannot deliver");
    super.deliver(...args);
  }

  override close(code: string): void {
    super.close(code);
    if (this.brokenAt.includes("close")) throw new Error("cannot close");
  }
}

const unlucky: Kind<Tally, TallyCommand, TallyEvent> = {
  ...tallyKind,
  frame: (event, stamp, feed) => {
    if (event.type === "added" && event.amount === 13) throw new Error("thirteen");
    return tallyKind.frame(event, stamp, feed);
  },
};

describe("an outlet that throws", () => {
  it("is let go, once and alone: the others are told, and the lane goes on", async () => {
    const node = await new World().start();
    const [broken, hopeless, well] = [
      new BrokenReader(["deliver"]),
      new BrokenReader(["deliver", "close"]),
      new Reader(),
    ];
    for (const reader of [broken, hopeless, well]) await node.listen("a", reader);
    for (let n = 0; n < 3; n++) expect(await node.ask("a", add(1))).toMatchObject({ ok: true });
    expect(well).toMatchObject({ total: 3, version: 3, breaches: [] });
    expect([broken.closed, hopeless.closed]).toEqual(["failed", "failed"]);
    expect(node.logged("outlet_failed")).toBe(3);
    expect(node.actors.gauges().outlets).toBe(1);
  });

  it("when it is opened is told so, and is not listened for", async () => {
    const node = await new World().start();
    const reader = new Reader();
    await node.listen("a", reader);
    await node.ask("a", add(1));
    for (const after of [undefined, reader.cursor, "0.wrong"]) {
      const broken = new BrokenReader(["open"]);
      broken.cursor = after;
      await expect(node.listen("a", broken)).rejects.toMatchObject({ code: "message_failed" });
    }
    expect(node.actors.gauges().outlets).toBe(1);
    expect(await node.ask("a", add(1))).toMatchObject({ ok: true });
    expect(reader).toMatchObject({ total: 2, breaches: [] });
  });

  it("when it is told what it had missed is told so, and is not listened for", async () => {
    const world = new World();
    const node = await world.start();
    const reader = new Reader();
    await node.ask("a", add(1));
    const disconnect = await node.listen("a", reader);
    disconnect();
    for (let n = 0; n < 3; n++) await node.ask("a", add(1));
    for (const moment of ["open", "deliver"] as const) {
      const broken = new BrokenReader([moment]);
      broken.cursor = reader.cursor;
      broken.version = reader.version;
      const release = world.store.hold("events");
      const listening = node.listen("a", broken);
      await world.advance(10);
      await node.ask("a", add(1));
      release();
      await expect(world.until(listening)).rejects.toMatchObject({ code: "message_failed" });
    }
    expect(node.actors.gauges().outlets).toBe(0);
    expect(node.logged("outlet_failed")).toBe(2);
  });
});

describe("a kind that cannot show an event", () => {
  it("sends its readers away, who come back to a snapshot; nobody else notices", async () => {
    const world = new World();
    const node = await world.start({ kinds: [unlucky] });
    const [reader, other] = [new Reader(), new Reader()];
    await node.listen("a", reader);
    await node.listen("b", other);
    await node.ask("a", add(1));
    expect(await node.ask("a", add(13))).toMatchObject({ ok: true });
    expect(await node.ask("b", heard("hello"))).toMatchObject({ ok: true });
    expect(reader).toMatchObject({ closed: "failed", total: 1 });
    expect(other).toMatchObject({ version: 1, breaches: [] });

    await world.until(node.listen("a", reader));
    expect(reader).toMatchObject({ lastOutcome: "snapshot", total: 14, breaches: [] });
    await node.ask("a", add(2));
    expect(reader).toMatchObject({ total: 16, version: 3, breaches: [] });
    expect(node.logged("frame_failed")).toBe(2);
  });
});

describe("whoever is told of every commit", () => {
  it("may throw, and is told of the next one", async () => {
    const world = new World();
    let told = 0;
    const node = await world.start({
      onCommitted: () => {
        told++;
        throw new Error("cannot listen");
      },
    });
    const reader = new Reader();
    await node.listen("a", reader);
    for (let n = 0; n < 3; n++) expect(await node.ask("a", add(1))).toMatchObject({ ok: true });
    expect(told).toBe(3);
    expect(node.logged("listener_failed")).toBe(3);
    expect(reader).toMatchObject({ total: 3, breaches: [] });

    world.store.failNextCommit("unknown", { applied: true });
    expect(await world.until(node.ask("a", add(1), { key: "again" }))).toMatchObject({ ok: true });
    expect(reader).toMatchObject({ total: 4, breaches: [] });
  });
});
