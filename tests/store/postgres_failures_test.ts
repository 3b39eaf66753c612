import { expect } from "@std/expect";
import { after, before, describe, it } from "@std/testing/bdd";
import postgres from "postgres";
import { openPostgresStore, type PostgresStore } from "../../src/store/postgres_store.ts";
import { type Postgres, startPostgres } from "../harness/postgres.ts";
import { until } from "../harness/until.ts";
import { failing } from "./failing.ts";
import { freshAddress, Owner } from "./owner.ts";

/** A session of somebody else: an operator, or a former owner's process. */
type Session = ReturnType<typeof postgres>;

describe("when PostgreSQL does not simply commit", () => {
  let server: Postgres;
  let store: PostgresStore;
  let operator: Session;
  const limitMs = 3000;

  before(async () => {
    server = await startPostgres();
    store = await openPostgresStore(server.url(), { limitMs });
    operator = postgres(server.url(), { max: 4, onnotice: () => {}, fetch_types: false, backoff: () => 0.05 });
  });
  after(async () => {
    await operator.end({ timeout: 1 });
    await store[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  /** Back ends that wait for a lock. */
  async function waiting(): Promise<readonly number[]> {
    const rows = await operator<{ pid: number }[]>`select pid from pg_stat_activity where wait_event_type = 'Lock'`;
    return rows.map(({ pid }) => pid);
  }

  /** Runs `work` while nobody can write events: a commit hangs in the middle. */
  async function whileEventsAreLocked(work: () => Promise<void>): Promise<void> {
    await operator.begin(async (sql) => {
      await sql`lock table event in access exclusive mode`;
      await work();
    });
  }

  it("a commit whose connection is cut in the middle is unknown", async () => {
    const mine = await Owner.of(store, 1);
    await whileEventsAreLocked(async () => {
      const committing = failing(mine.commit({ events: [mine.event(freshAddress())] }));
      await until(async () => (await waiting()).length === 1, { what: () => "the commit to wait for the lock" });
      for (const pid of await waiting()) await operator`select pg_terminate_backend(${pid})`;
      expect(await committing).toBe("unknown");
    });
    expect(await mine.journal()).toEqual([]);
  });

  it("a commit that hangs is unknown after its limit, and the next one finds a new connection", async () => {
    const mine = await Owner.of(store, 2);
    await whileEventsAreLocked(async () => {
      const began = performance.now();
      expect(await failing(mine.commit({ events: [mine.event(freshAddress())] }))).toBe("unknown");
      expect(performance.now() - began).toBeGreaterThan(limitMs - 50);
    });
    const next = await Owner.of(store, 2);
    await next.commit({ events: [next.event(freshAddress())] });
  });

  it("a take ends a former owner that froze half way through a commit, and what it wrote is gone", async () => {
    const former = await Owner.of(store, 3);
    const halfWay = Promise.withResolvers<void>();
    const thawed = Promise.withResolvers<void>();
    const frozen = operator.begin(async (sql) => {
      const fences = JSON.stringify([former.fence]);
      await sql`select commit_batch(
        ${fences}::text::json, null, ${JSON.stringify([outcomeDocument])}::text::json,
        null, null, null, null, null, null, null
      )`;
      halfWay.resolve();
      await thawed.promise;
    });
    frozen.catch(() => {});
    await halfWay.promise;

    const began = performance.now();
    const present = await Owner.of(store, 3, "node-b");
    expect(performance.now() - began).toBeGreaterThan(400);
    expect(performance.now() - began).toBeLessThan(limitMs);
    expect(present.taken.epoch).toBe(former.taken.epoch + 1);

    thawed.resolve();
    await expect(frozen).rejects.toThrow();
    expect(await store.outcomes([{ address: "cart/frozen", commandId: "c1" }])).toEqual([]);
    expect(await failing(former.commit({}))).toBe("fenced");
  });

  it("a commit waits for a take under way, and is then fenced", async () => {
    const former = await Owner.of(store, 4);
    const committing = Promise.withResolvers<string>();
    await operator.begin(async (sql) => {
      await sql`select * from take_partitions('{4}', 'node-b', 'vitrine take test')`;
      committing.resolve(failing(former.commit({})));
      await until(async () => (await waiting()).length === 1, { what: () => "the commit to wait for the take" });
    });
    expect(await committing.promise).toBe("fenced");
  });

  it("of two that take a partition at once, one gets it", async () => {
    const takes = await Promise.all(["node-a", "node-b", "node-c"].map((node) => store.take([5], node)));
    const epochs = takes.flat().map(({ epoch }) => epoch);
    expect(new Set(epochs).size).toBe(epochs.length);
    const [stored] = await store.epochs([5]);
    expect(Math.max(...epochs)).toBe(stored?.epoch);
  });

  for (const [what, state] of [["a full disk", "53100"], ["a deadlock", "40P01"], ["a statement timeout", "57014"]]) {
    it(`${what} is retryable, and nothing was written`, async () => {
      const mine = await Owner.of(store, 6);
      await operator.unsafe(`
        create function fail() returns trigger language plpgsql as
        $$ begin raise exception using errcode = '${state}', message = 'as planned'; end $$;
        create trigger fail before insert on command execute function fail();
      `);
      const cart = freshAddress();
      const rows = { events: [mine.event(cart)], outcomes: [mine.outcome(cart)] };
      expect(await failing(mine.commit(rows))).toBe("retryable");
      await operator.unsafe("drop trigger fail on command; drop function fail()");
      const before = mine.taken.position;
      expect(await store.journal(6, { after: before, limit: 9 })).toEqual([]);
      await mine.commit(rows);
    });
  }

  it("a read-only server is retryable, and commits go through once it is writable", async () => {
    const mine = await Owner.of(store, 7);
    const rows = { outcomes: [mine.outcome(freshAddress())] };
    await operator.unsafe("alter system set default_transaction_read_only = on").simple();
    await operator`select pg_reload_conf()`;
    await until(async () => await failing(mine.commit(rows)).catch(() => "committed") === "retryable", {
      what: () => "the server to become read-only",
    });
    await operator.unsafe("set default_transaction_read_only = off").simple();
    await operator.begin("read write", (sql) => sql`select 1`);
    await writableAgain();
    await until(() => mine.commit({ outcomes: [mine.outcome(freshAddress())] }).then(() => true, () => false), {
      what: () => "the server to become writable",
    });
  });

  async function writableAgain(): Promise<void> {
    await operator.unsafe("alter system reset default_transaction_read_only").simple();
    await operator`select pg_reload_conf()`;
  }

  it("a server that restarts is found again, and what was committed is there", async () => {
    const mine = await Owner.of(store, 8);
    const event = mine.event(freshAddress());
    await mine.commit({ events: [event] });
    await server.stop();
    expect(["unknown", "retryable"]).toContain(await failing(mine.commit({})));
    expect(await failing(mine.commit({}))).toBe("retryable");
    await server.start();
    await until(() => store.now().then(() => true, () => false), { what: () => "the store to reconnect" });
    expect(await mine.journal()).toEqual([event]);
    await mine.commit({ events: [mine.event(freshAddress())] });
  });

  it("a server killed with kill -9 keeps what it acknowledged", async () => {
    const mine = await Owner.of(store, 9);
    const event = mine.event(freshAddress());
    await mine.commit({ events: [event] });
    await server.kill();
    await server.start();
    await until(() => store.now().then(() => true, () => false), { what: () => "the store to reconnect" });
    expect(await mine.journal()).toEqual([event]);
  });

  it("a server that stands still makes a commit unknown, and serves again when it moves", async () => {
    const mine = await Owner.of(store, 10);
    await server.freeze();
    expect(await failing(mine.commit({}))).toBe("unknown");
    await server.thaw();
    await until(() => Owner.of(store, 10).then(() => true, () => false), { what: () => "the store to serve again" });
  });
});

const outcomeDocument = { kind: "cart", id: "frozen", command_id: "c1", fingerprint: "f", outcome: {} };
