import type { Store } from "../../../actors/runtime/ports.ts";
import type { Principal } from "../../../machines/decision.ts";
import { readConfig } from "../../../src/config.ts";
import type { CommandCall, CommandResult } from "../../../src/edge/commands/command.ts";
import { createIdentity } from "../../../src/edge/identity/identity.ts";
import { UNLIMITED } from "../../../src/edge/rate_limit.ts";
import { PeerIsDead } from "../../../src/edge/streams/dead_peers.ts";
import { openStreams, type Streams, type StreamsOptions } from "../../../src/edge/streams/streams.ts";
import { ManualClock } from "../manual_clock.ts";
import { accepted } from "../scripted_actors.ts";
import { ScriptedFeeds } from "./scripted_feeds.ts";

export const ann: Principal = { sub: "ann", roles: ["customer"], stores: [] };
export const bob: Principal = { sub: "bob", roles: ["customer"], stores: [] };
export const clerk: Principal = { sub: "clerk", roles: ["staff"], stores: ["main"] };

export const ORDER_ID = `ord_${"a".repeat(26)}`;
export const TRACKING_ID = `trk_${"b".repeat(26)}`;

export interface RunCommandCall extends CommandCall {
  readonly name: string;
  readonly params: unknown;
}

export interface StreamServer extends Streams, AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  readonly feeds: ScriptedFeeds;
  readonly clock: ManualClock;
  /** Why connections were ended. */
  readonly dropped: string[];
  /** What was logged as an error. */
  readonly errors: string[];
  readonly commands: RunCommandCall[];
  tokenFor(principal: Principal, ttlSeconds?: number): Promise<string>;
  /** A ticket for one stream. */
  ticketFor(principal: Principal): Promise<string>;
}

/** Streams on a port of their own, over feeds that the test writes, with a clock that the test moves. */
export async function serveStreams(
  { aliases = {}, done, ...given }: Partial<StreamsOptions> & {
    readonly aliases?: Readonly<Record<string, `${string}/${string}`>>;
    /** What commands come to. */
    readonly done?: (call: RunCommandCall) => CommandResult | Promise<CommandResult>;
  } = {},
): Promise<StreamServer> {
  const read = readConfig({
    JWT_SECRET: "a shared secret of some 32 characters",
    ALLOWED_ORIGINS: "https://shop.example",
  });
  if (!read.ok) throw new Error(read.mistakes.join("\n"));
  const feeds = new ScriptedFeeds();
  const clock = new ManualClock();
  const dropped: string[] = [];
  const errors: string[] = [];
  const commands: RunCommandCall[] = [];
  const used = new Set<string>();
  const identity = await createIdentity({
    config: read.config,
    database: { incarnation: "first", secret: "5e".repeat(32), partitions: 64 },
    actors: {
      ask({ commandId }) {
        const replayed = used.has(commandId);
        used.add(commandId);
        return Promise.resolve(accepted({}, { replayed }));
      },
    },
    clock,
    ids: randomId,
  });
  const store: Pick<Store, "alias"> = { alias: (publicId) => Promise.resolve(aliases[publicId]) };
  const streams = openStreams({
    actors: feeds,
    store,
    identity,
    runCommand: async (name, params, call) => {
      const asked = { ...call, name, params };
      commands.push(asked);
      return await (done ?? succeeded)(asked);
    },
    rateLimit: UNLIMITED,
    trustProxy: false,
    clock,
    random: () => 0.5,
    ids: randomId,
    log: { info() {}, warn() {}, error: (event) => void errors.push(event) },
    metrics: { dropped: (reason) => void dropped.push(reason) },
    retransmissions: { look: () => Promise.resolve({ kind: "seen", retransmitting: [] }) },
    ...given,
  });
  const stopping = new AbortController();
  const { signal } = stopping;
  const onError = (error: unknown): Response => {
    if (!(error instanceof PeerIsDead)) errors.push(String(error));
    return new Response(null, { status: 500 });
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", signal, onListen() {}, onError }, streams.routes.fetch);
  const { port } = server.addr;

  return {
    ...streams,
    url: `http://127.0.0.1:${port}`,
    port,
    feeds,
    clock,
    dropped,
    errors,
    commands,
    tokenFor: async (principal, ttlSeconds = 3600) => (await identity.signer.sign(principal, ttlSeconds)).token,
    ticketFor: (principal) =>
      identity.tickets.issue({ ...principal, expiresAt: clock.now() + 3_600_000, credential: "bearer" }),
    async [Symbol.asyncDispose](): Promise<void> {
      // Not gracefully: a test that fails leaves connections open.
      stopping.abort();
      await server.finished;
    },
  };
}

function succeeded({ idempotencyKey }: RunCommandCall): CommandResult {
  const commandId = idempotencyKey ?? "made-here";
  return { ok: true, status: 200, bodyJson: `{"cursor":"7.x"}`, version: 7, commandId, replayed: false };
}

function randomId(length: number): string {
  return crypto.randomUUID().replaceAll(/[^a-z]/g, "a").padEnd(length, "a").slice(0, length);
}
