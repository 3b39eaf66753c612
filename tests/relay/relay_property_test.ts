import { describe, it } from "@std/testing/bdd";
import { ALL, type Node, RelayWorld } from "./relay_world.ts";
import { PATIENT } from "./test_stream.ts";

const SEEDS = 60;
const STEPS = 40;

/** Whatever happens while it runs; each entry as often as it is likely. */
const TROUBLE: readonly ((world: RelayWorld) => void)[] = [
  (world) => world.stream.interrupt(),
  (world) => {
    world.stream.isAway = !world.stream.isAway;
  },
  (world) => {
    world.journal.failures = 2;
  },
  (world) => {
    world.progress.failures = 2;
  },
  (world) => {
    world.progress.lostAnswers = 1;
  },
];

describe("with answers lost, late and repeated, and owners that die or overstay,", () => {
  it(`${SEEDS} histories are told whole, each entity's in its order`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const world = new RelayWorld(seed);
      world.stream.temper = { lost: 2, unsaid: 2, refused: 1, forgotten: 20, delayMs: 20 };
      await live(world, () => {});
      world.mustBeToldWhole();
    }
  });

  it(`${SEEDS} streams that were wiped and rolled back tell a new reader everything in its order`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const world = new RelayWorld(1_000 + seed);
      world.stream.temper = { lost: 1, unsaid: 1, refused: 0, forgotten: 20, delayMs: 20 };
      await live(world, () => {
        if (world.chance.happens(8)) world.stream.wipe();
        if (world.chance.happens(8)) world.stream.rollBack(world.chance.int(1, 50));
      });
      world.mustBeToldWhole(world.stream.stored);
    }
  });

  it(`${SEEDS} streams hold everything in the end although nobody was told of their losses`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const world = new RelayWorld(2_000 + seed);
      world.stream.temper = { lost: 1, unsaid: 1, refused: 0, forgotten: 20, delayMs: 20 };
      await live(world, () => {
        if (world.chance.happens(8)) world.stream.wipe({ silently: true });
        if (world.chance.happens(8)) world.stream.rollBack(world.chance.int(1, 50), { silently: true });
      }, { overstaying: 0 });
      world.mustHoldSince(0);
    }
  });

  it(`${SEEDS} streams hold everything of two nodes, though only one of them notices`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const world = new RelayWorld(3_200 + seed);
      world.stream.temper = { lost: 1, unsaid: 1, refused: 0, forgotten: 20, delayMs: 20 };
      await liveTogether(world);
      world.mustHoldSince(0);
    }
  });
});

/** Two nodes share the partitions; the stream loses its end again and again, and nobody is told. */
async function liveTogether(world: RelayWorld): Promise<void> {
  const { chance, stream, time } = world;
  const halves = [0, 1].map((half) => ALL.filter((partition) => partition % 2 === half));
  const nodes = halves.map((half) => world.start(half));
  for (let step = 0; step < STEPS; step++) {
    world.commit(chance.int(0, 40), ...nodes);
    if (chance.happens(10)) stream.rollBack(chance.int(1, 50), { silently: true });
    await time.advance(chance.int(0, 400));
  }
  stream.temper = PATIENT;
  // What the stream has lost last shows at the next event, at the latest; what the other lost, at the next sweep.
  world.commit(100, ...nodes);
  for (const node of nodes) await world.catchUp(node);
  await time.advance(20_000);
}

/** A while in which nodes commit, die, come back and meet trouble; then a good time. */
async function live(
  world: RelayWorld,
  more: () => void,
  { overstaying: percent = 50 }: { readonly overstaying?: number } = {},
): Promise<void> {
  const { chance, stream, time } = world;
  let node = world.start();
  const overstaying: Node[] = [];
  for (let step = 0; step < STEPS; step++) {
    world.commit(chance.int(0, 40), ...(chance.happens(80) ? [node] : []), ...overstaying);
    if (chance.happens(25)) chance.pick(TROUBLE)(world);
    more();
    if (chance.happens(10)) {
      if (chance.happens(percent)) overstaying.push(node);
      else world.kill(node);
      node = world.start();
    }
    await time.advance(chance.int(0, 400));
  }
  stream.isAway = false;
  stream.temper = PATIENT;
  for (const late of overstaying) world.kill(late);
  // What a node has not heard of is found by the next owner at the latest.
  world.kill(node);
  await world.catchUp(world.start());
}
