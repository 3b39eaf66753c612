import { jetstreamManager } from "@nats-io/jetstream";
import { nanos, type NatsConnection } from "@nats-io/nats-core";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { MAIL_CONSUMER, MAIL_STREAM } from "../../src/cluster/jetstream_topology.ts";
import type { RunCommand } from "../../src/edge/commands/run_command.ts";
import { until } from "../harness/until.ts";
import { allDone, deadLetters, onePiece, onHand, RECEIVE } from "./mailbox.ts";
import { type OpenServices, openServices } from "./open_services.ts";

const PIECES = 40;
const SLOW = { withinMs: 60_000 };

describe("vitrine.mail", () => {
  it("is shared by nodes, and each piece is done once", async () => {
    await using services = await openServices();
    const seen = [new Set<string>(), new Set<string>()];
    for (const mine of seen) await services.startNode({ runCommand: counting(services, mine) });
    await send(services, "piece");
    await allDone(services);
    expect(await onHand(services)).toBe(PIECES);
    expect([...seen.flatMap((mine) => [...mine])].toSorted()).toEqual(
      idsOf("piece").map((id) => `mail ${id}`).toSorted(),
    );
  });

  it("outlives a restart of NATS", async () => {
    await using services = await openServices();
    const held = Promise.withResolvers<void>();
    const options = await services.parts();
    const reconcile = async (): Promise<void> => {
      await options.reconcile();
      await redeliverSoon(services);
    };
    await services.startNode({ nats: options.nats, reconcile, runCommand: heldBack(services, held.promise) });
    await redeliverSoon(services);
    await send(services, "before");
    await services.nats.restart();
    held.resolve();
    await until(() => isConnected(services.client), { ...SLOW, what: () => "NATS to be back" });
    await retried(() => services.post(RECEIVE, { ...onePiece, id: "after", timeoutMs: 2000 }));
    await retried(() => allDone(services));
    expect(await onHand(services)).toBe(PIECES + 1);
    expect(await deadLetters(services)).toEqual([]);
  });

  it("goes on when NATS has lost everything", async () => {
    await using services = await openServices();
    await services.startNode();
    await send(services, "before");
    await allDone(services);
    await services.nats.wipe();
    // The stream is made again by the node that reads it.
    await retried(() => services.post(RECEIVE, { ...onePiece, id: "after", timeoutMs: 2000 }));
    await retried(() => allDone(services));
    expect(await onHand(services)).toBe(PIECES + 1);
  });

  it("goes on when somebody deletes the consumer", async () => {
    await using services = await openServices();
    await services.startNode();
    const manager = await jetstreamManager(services.client);
    await manager.consumers.delete(MAIL_STREAM, MAIL_CONSUMER);
    await services.post(RECEIVE, { ...onePiece, id: "1" });
    await retried(() => allDone(services));
    expect(await onHand(services)).toBe(1);
  });

  it("is done once when a node dies between commit and acknowledgement", async () => {
    await using services = await openServices();
    const { runCommand } = services.shop.edge;
    const options = await services.parts();
    const committed = Promise.withResolvers<void>();
    await services.startNode({
      nats: options.nats,
      reconcile: options.reconcile,
      runCommand: async (...call) => {
        const result = await runCommand(...call);
        await options.nats.close();
        committed.resolve();
        return result;
      },
    });
    await redeliverSoon(services);
    await services.post(RECEIVE, { ...onePiece, id: "1" });
    await committed.promise;
    expect(await onHand(services)).toBe(1);

    await services.startNode();
    await redeliverSoon(services);
    await allDone(services);
    expect(await onHand(services)).toBe(1);
    // By either node, the second time from what the first has committed.
    expect([...new Set(services.counted)]).toEqual(["mail done"]);
  });

  it("that a stopping node has in hand is finished there; all else is left to others", async () => {
    await using services = await openServices();
    const held = Promise.withResolvers<void>();
    const mine = new Set<string>();
    const stopping = await services.startNode({
      mailLimits: { inHand: 4, pullMs: 1000 },
      runCommand: heldBack(services, held.promise, mine),
    });
    await send(services, "piece");
    await until(() => mine.size === 4, { what: () => "a full hand" });
    const stopped = stopping[Symbol.asyncDispose]();
    const others = new Set<string>();
    await services.startNode({ runCommand: counting(services, others) });
    await until(() => others.size === PIECES - 4, { ...SLOW, what: () => `the rest, ${others.size} so far` });
    held.resolve();
    await stopped;
    await allDone(services);
    expect(mine.size).toBe(4);
    expect(others.size).toBe(PIECES - 4);
    expect(await onHand(services)).toBe(PIECES);
  });

  it("says once why it cannot be set up, however often that is tried", async () => {
    await using services = await openServices({ jetstream: false });
    let tries = 0;
    const reconcile = (): Promise<void> => Promise.reject(new Error(`it is off, for ${tries++ < 3 ? "now" : "ever"}`));
    await services.startNode({ reconcile });
    await until(() => tries > 5, { withinMs: 30_000, what: () => `${tries} tries` });
    expect(services.lines.filter(({ event }) => event === "mail_not_set_up").map(({ fields }) => fields.why)).toEqual([
      "it is off, for now",
      "it is off, for ever",
    ]);
  });

  it("leaves requests be where JetStream is off", async () => {
    await using services = await openServices({ jetstream: false });
    const node = await services.startNode();
    expect((await services.ask("vitrine.query.product.NONE", onePiece)).code).toBe("not_found");
    await until(() => services.lines.some(({ event }) => event === "mail_not_read"), { what: () => "a line about it" });
    await node[Symbol.asyncDispose]();
  });
});

function idsOf(name: string): readonly string[] {
  return Array.from({ length: PIECES }, (_, index) => `${name}-${index}`);
}

async function send(services: OpenServices, name: string): Promise<void> {
  for (const id of idsOf(name)) await services.post(RECEIVE, { ...onePiece, id });
}

/** Remembers the keys of what it runs. */
function counting({ shop }: OpenServices, seen: Set<string>): RunCommand {
  return (name, params, call) => {
    seen.add(call.idempotencyKey ?? "");
    return shop.edge.runCommand(name, params, call);
  };
}

function heldBack(services: OpenServices, until: Promise<void>, seen = new Set<string>()): RunCommand {
  const run = counting(services, seen);
  return async (name, params, call) => {
    seen.add(call.idempotencyKey ?? "");
    await until;
    return await run(name, params, call);
  };
}

/** What is not acknowledged comes again after a second. */
async function redeliverSoon({ client }: OpenServices): Promise<void> {
  const manager = await jetstreamManager(client);
  await manager.consumers.update(MAIL_STREAM, MAIL_CONSUMER, { ack_wait: nanos(1000) });
}

function isConnected(connection: NatsConnection): Promise<boolean> {
  return connection.rtt().then(() => true, () => false);
}

/** Until NATS, its stream and its consumer are there again. */
async function retried(what: () => Promise<unknown>): Promise<void> {
  let failure: unknown;
  await until(() =>
    what().then(() => true, (error) => {
      failure = error;
      return false;
    }), { withinMs: 90_000, what: () => `NATS to answer; it said ${failure}` });
}
