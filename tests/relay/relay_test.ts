import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { eventIdOf } from "../../src/events/outgoing_event.ts";
import { ALL, RelayWorld } from "./relay_world.ts";
import { takenIn } from "./test_stream.ts";
import { DAY_MS } from "./test_journal.ts";

describe("the relay", () => {
  it("publishes what was there before it started, then what it hears of, without reading that again", async () => {
    const world = new RelayWorld();
    world.commit(700);
    const node = world.start();
    await world.catchUp(node);
    world.mustBeToldWhole();

    const reads = world.journal.reads;
    for (let commit = 0; commit < 50; commit++) {
      world.commit(5, node);
      await world.time.advance(10);
    }
    await world.catchUp(node);
    world.mustBeToldWhole();
    expect(world.journal.reads).toBe(reads);
  });

  it("says nothing of customers' own journals", async () => {
    const world = new RelayWorld();
    world.change("customer/ann");
    world.change("stock/mug");
    world.change("customer/ann");
    const node = world.start();
    await world.catchUp(node);

    expect(world.stream.told.map(({ key }) => key)).toEqual(["stock/mug"]);
    expect(world.progress.row(0).position).toBe(3);
  });

  it("sends an entity's next event only once the one before it is stored, and other entities' meanwhile", async () => {
    const world = new RelayWorld();
    const rows = [..."aaaabbbbcccc"].map((name) => world.change(`stock/${name}`));
    const node = world.start();
    node.relay.wake(rows);
    await world.catchUp(node);

    expect(world.stream.mostOfOneEntity).toBe(1);
    expect(world.stream.mostOnTheirWay).toBe(3);
    world.mustBeToldWhole();
  });

  it("begins again with what it lost while it was beginning", async () => {
    const world = new RelayWorld();
    world.commit(20);
    const node = world.start();
    node.relay.disown(ALL);
    await world.time.advance(1_000);
    node.relay.own(ALL);
    await world.catchUp(node);
    world.mustBeToldWhole();
  });

  it("finds what nobody has told it of", async () => {
    const world = new RelayWorld();
    const node = world.start();
    await world.time.advance(1_000);
    world.commit(50);
    await world.time.advance(7_000);
    await world.catchUp(node);
    world.mustBeToldWhole();
  });

  it("has no more on its way than it may", async () => {
    const world = new RelayWorld();
    for (let entity = 0; entity < 200; entity++) world.change(`stock/e${entity}`, entity % ALL.length);
    const node = world.start(ALL, { inFlight: 16 });
    await world.catchUp(node);

    expect(world.stream.mostOnTheirWay).toBe(16);
    world.mustBeToldWhole();
  });

  it("keeps up with one partition that changes in bursts larger than what it holds in memory", async () => {
    const world = new RelayWorld();
    const node = world.start();
    await world.time.advance(100);
    for (let burst = 0; burst < 5; burst++) {
      node.relay.wake(Array.from({ length: 900 }, (_, entity) => world.change(`stock/e${entity}`, 1)));
      await world.time.advance(7);
    }
    await world.catchUp(node);
    world.mustBeToldWhole();
  });

  it("writes positions down for all partitions at once, now and then", async () => {
    const world = new RelayWorld();
    const node = world.start();
    await world.time.advance(1_000);
    let writes = 0;
    const mark = world.progress.mark.bind(world.progress);
    world.progress.mark = (marks) => {
      writes++;
      return mark(marks);
    };
    for (let commit = 0; commit < 200; commit++) {
      world.commit(4, node);
      await world.time.advance(5);
    }
    expect(writes).toBeLessThanOrEqual(6);
    await world.catchUp(node);
    for (const partition of ALL) {
      expect(world.progress.row(partition).position).toBe(world.journal.rows(partition).length);
    }
  });

  it("knows how far it is behind", async () => {
    const world = new RelayWorld();
    world.stream.isAway = true;
    world.commit(40);
    const node = world.start();
    await world.time.advance(500);
    expect(node.relay.lag).toBe(40);
    world.commit(10, node);
    expect(node.relay.lag).toBe(50);

    world.stream.isAway = false;
    await world.catchUp(node);
    expect(node.relay.lag).toBe(0);
    expect(node.counted.published).toBe(world.stream.told.length);
  });

  it("publishes only what it owns", async () => {
    const world = new RelayWorld();
    const node = world.start([0, 1]);
    world.commit(200, node);
    await world.catchUp(node);
    const keys = new Set(world.stream.told.map(({ eventId }) => eventId.split("-")[1]));
    expect(keys).toEqual(new Set(["0", "1"]));

    node.relay.disown([0]);
    node.relay.own([2]);
    world.commit(200, node);
    await world.catchUp(node);
    expect(world.progress.row(2).position).toBe(world.journal.rows(2).length);
    expect(world.progress.row(0).position).toBeLessThan(world.journal.rows(0).length);
    expect(world.progress.row(3).position).toBe(0);
  });

  it("stops without leaving anything on its way, its position written down", async () => {
    const world = new RelayWorld();
    const node = world.start();
    await world.time.advance(100);
    world.commit(300, node);
    await world.time.advance(4);
    const closing = node.relay[Symbol.asyncDispose]();
    await world.time.advance(1_000);
    await closing;

    expect(node.counted.published).toBe(world.stream.told.length);
    expect(world.time.pending(node.clock)).toBe(0);
    expect(world.progress.marks).toBeGreaterThan(0);
    await world.catchUp(world.start());
    world.mustBeToldWhole();
  });
});

describe("a crash", () => {
  it("between commit and publish loses nothing", async () => {
    const world = new RelayWorld();
    const node = world.start();
    await world.time.advance(100);
    world.commit(100, node);
    world.kill(node);
    expect(world.stream.told).toEqual([]);

    await world.catchUp(world.start());
    world.mustBeToldWhole();
  });

  it("between publish and mark repeats at most, under the same ids", async () => {
    const world = new RelayWorld();
    const node = world.start(ALL, { markMs: 60_000 });
    world.commit(100, node);
    await world.time.advance(2_000);
    const told = world.stream.told.length;
    expect(told).toBeGreaterThan(50);
    expect(world.progress.marks).toBe(0);
    world.kill(node);

    const second = world.start();
    await world.catchUp(second);
    expect(second.counted.published).toBe(told);
    expect(world.stream.told).toHaveLength(told);
    world.mustBeToldWhole();
  });

  it("leaves a late owner unable to send a position back", async () => {
    const world = new RelayWorld();
    const late = world.start(ALL, { markMs: 3_000 });
    world.commit(50, late);
    await world.time.advance(1_000);
    const node = world.start();
    world.commit(50, node);
    await world.catchUp(node);
    const ends = ALL.map((partition) => world.progress.row(partition).position);
    await world.time.advance(10_000);

    expect(ALL.map((partition) => world.progress.row(partition).position)).toEqual(ends);
    world.mustBeToldWhole();
  });
});

describe("a stream that is away", () => {
  it("is waited for with growing pauses, and nothing is kept in memory meanwhile", async () => {
    const world = new RelayWorld();
    const node = world.start();
    world.stream.isAway = true;
    world.stream.interrupt();
    world.commit(20, node);
    await world.time.advance(60_000);
    const reads = world.journal.reads;
    for (let commit = 0; commit < 100; commit++) world.commit(50, node);
    await world.time.advance(60_000);
    expect(node.counted.failed).toBeLessThan(40);
    expect(world.journal.reads).toBe(reads);

    world.stream.isAway = false;
    await world.catchUp(node);
    world.mustBeToldWhole();
  });

  it("and a database that is away cost pauses alone", async () => {
    const world = new RelayWorld();
    world.commit(500);
    world.progress.failures = 3;
    world.journal.failures = 3;
    const node = world.start();
    await world.catchUp(node);
    world.progress.failures = 2;
    world.progress.lostAnswers = 3;
    world.commit(100, node);
    await world.catchUp(node);
    await world.time.advance(10_000);

    world.mustBeToldWhole();
    expect(ALL.map((partition) => world.progress.row(partition).position)).toEqual(
      ALL.map((partition) => world.journal.rows(partition).length),
    );
  });

  it("holds one partition up when it refuses one event, not the others", async () => {
    const world = new RelayWorld();
    const node = world.start();
    await world.time.advance(100);
    const strange = { ...world.change("stock/e0", 0), type: "never_heard_of" };
    world.journal.rows(0).splice(-1, 1, strange);
    const rows = ["stock/e1", "stock/e2"].map((address, at) => world.change(`stock/${address}`, at + 1));
    node.relay.wake([strange, ...rows]);
    await world.time.advance(20_000);

    expect(world.stream.told).toHaveLength(2);
    expect(world.progress.row(0).position).toBe(0);
    expect(node.relay.lag).toBe(1);

    world.journal.rows(0).splice(-1, 1, { ...strange, type: "received" });
    await world.catchUp(node);
    expect(world.stream.told).toHaveLength(3);
  });
});

describe("a stream that was made anew", () => {
  it("gets the last seven days again, each entity in its order", async () => {
    const world = new RelayWorld();
    world.commit(100);
    await world.time.advance(9 * DAY_MS);
    const since = world.time.now - DAY_MS;
    const node = world.start();
    await world.time.advance(2 * DAY_MS);
    world.commit(100, node);
    await world.catchUp(node);
    world.mustBeToldWhole();

    world.stream.wipe();
    await world.catchUp(node);
    world.mustHoldSince(since);
    expect(world.stream.stored.length).toBeLessThan(world.stream.told.length - 100 + 1);
    for (const versions of takenIn(world.stream.stored).values()) {
      expect(versions).toEqual(versions.map((_, index) => (versions[0] ?? 0) + index));
    }
  });

  it("is noticed while nothing is published, and when nobody says so", async () => {
    const world = new RelayWorld();
    const node = world.start();
    world.commit(100, node);
    await world.catchUp(node);
    world.stream.wipe({ silently: true });
    await world.time.advance(30_000);
    await world.catchUp(node);

    world.mustHoldSince(0);
    expect(world.stream.stored).toHaveLength(world.stream.told.length / 2);
  });

  it("is noticed by a node that starts later", async () => {
    const world = new RelayWorld();
    const node = world.start();
    world.commit(100, node);
    await world.catchUp(node);
    world.kill(node);
    world.stream.wipe();
    await world.catchUp(world.start());

    world.mustHoldSince(0);
  });

  it("is not taken for published by an owner who has not noticed", async () => {
    const world = new RelayWorld();
    const late = world.start(ALL, { markMs: 5_000, checkMs: 3_600_000 });
    world.commit(100, late);
    await world.time.advance(2_000);
    world.stream.wipe({ silently: true });
    const node = world.start();
    await world.time.advance(1);
    world.kill(node);
    await world.time.advance(10_000);

    await world.catchUp(world.start());
    world.mustHoldSince(0);
  });
});

describe("a stream that lost its end", () => {
  it("gets it again, although it has grown since", async () => {
    const world = new RelayWorld();
    const one = world.start([0, 1]);
    const other = world.start([2, 3]);
    world.commit(100, one, other);
    await world.catchUp(one);
    await world.catchUp(other);
    world.kill(one);
    world.stream.rollBack(40);
    world.commit(200, other);
    await world.catchUp(other);
    await world.catchUp(world.start([0, 1]));

    world.mustHoldSince(0);
  });

  it("is noticed by the first event that is stored too early", async () => {
    const world = new RelayWorld();
    const node = world.start(ALL, { checkMs: 3_600_000 });
    world.commit(100, node);
    await world.catchUp(node);
    world.stream.rollBack(30, { silently: true });
    world.commit(4, node);
    await world.catchUp(node);

    world.mustHoldSince(0);
  });
});

it("an event's id says which database, partition and place it comes from", () => {
  expect(eventIdOf("cafe", { partition: 3, position: 9 })).toBe("cafe-3-9");
});
