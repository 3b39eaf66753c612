import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { eventIdOf } from "../../src/events/outgoing_event.ts";
import { openPostgresStore } from "../../src/store/postgres_store.ts";
import { Child } from "../harness/child.ts";
import { type Nats, startNats } from "../harness/nats.ts";
import { type Postgres, startPostgres } from "../harness/postgres.ts";
import { readStream } from "./nats_node.ts";
import { takenIn } from "./test_stream.ts";

const script = new URL("./commit_and_relay.ts", import.meta.url).pathname;
const ENDLESS = 1_000_000;

describe("a node that is killed again and again", () => {
  let nats: Nats;
  let postgres: Postgres;

  before(async () => {
    [nats, postgres] = await Promise.all([startNats(), startPostgres({ settings: { synchronous_commit: "on" } })]);
  });
  after(async () => {
    await nats[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
  });

  function start(count: number): Child {
    const args = ["run", "--quiet", "--no-check", "-A", script, postgres.url(), nats.url, `${count}`];
    return new Child(Deno.execPath(), { args });
  }

  it("publishes every event that it has committed, each entity's in order", async () => {
    for (let kill = 0; kill < 3; kill++) {
      await using child = start(ENDLESS);
      const enough = 64 * (1 + Math.floor(Math.random() * 20));
      await child.line(new RegExp(`^committed ${enough}$`), { withinMs: 60_000 });
      await child.kill();
    }
    await using last = start(64);
    await last.line(/^published$/, { withinMs: 60_000 });

    const stored = await readStream(nats);
    await using store = await openPostgresStore(postgres.url());
    const journals = await Promise.all([0, 1, 2, 3].map((id) => store.journal(id, { after: 0, limit: 1_000_000 })));
    const committed = journals.flat().map((row) => eventIdOf(store.identity.incarnation, row));
    expect(committed.length).toBeGreaterThan(4 * 64);
    expect(new Set(stored.map(({ eventId }) => eventId))).toEqual(new Set(committed));
    for (const versions of takenIn(stored).values()) {
      expect(versions).toEqual(versions.map((_, index) => index + 1));
    }
  });
});
