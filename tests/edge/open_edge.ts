import type { EventRow, Log, PersonalRow } from "../../actors/runtime/ports.ts";
import type { Principal } from "../../machines/decision.ts";
import { MemoryCache } from "../../src/cache/memory_cache.ts";
import { readConfig } from "../../src/config.ts";
import { type Edge, edgeApp, type EdgeDeps } from "../../src/edge/app.ts";
import { ActorCatalogue } from "../../src/edge/catalogue.ts";
import { createIdentity, type Identity } from "../../src/edge/identity/identity.ts";
import { UNLIMITED } from "../../src/edge/rate_limit.ts";
import { ManualClock } from "./manual_clock.ts";
import { ScriptedActors } from "./scripted_actors.ts";

export const database = { incarnation: "first", secret: "5e".repeat(32), partitions: 64 };

export const ann: Principal = { sub: "ann", roles: ["customer"], stores: [] };
export const bob: Principal = { sub: "bob", roles: ["customer"], stores: [] };
export const clerk: Principal = { sub: "clerk", roles: ["staff"], stores: ["main"] };
export const admin: Principal = { sub: "root", roles: ["admin"], stores: [] };

export interface CallOptions {
  readonly as?: Principal;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LogLine {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface OpenEdge extends Edge {
  readonly actors: ScriptedActors;
  readonly identity: Identity;
  readonly clock: ManualClock;
  /** What was logged. */
  readonly lines: LogLine[];
  /** What was counted. */
  readonly counted: string[];
  /** Rows of the store. */
  readonly personal: PersonalRow[];
  readonly events: EventRow[];
  /** Sends a request: `call("POST /api/carts", { as: ann })`. */
  call(route: string, options?: CallOptions): Promise<Response>;
  tokenFor(principal: Principal, ttlSeconds?: number): Promise<string>;
}

/** An edge on scripted actors, with a clock that stands still and ids that count, unless others are given. */
export async function openEdge(
  { env = {}, ...given }: Partial<EdgeDeps> & { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<OpenEdge> {
  const read = readConfig({ JWT_SECRET: "a shared secret of some 32 characters", ...env });
  if (!read.ok) throw new Error(read.mistakes.join("\n"));
  const { config } = read;

  const scripted = new ScriptedActors();
  const stopped = new ManualClock();
  const { actors = scripted, clock = stopped, ids = countingIds() } = given;
  const { cache = new MemoryCache({ clock, entries: 1000, bytes: 10_000_000, allowances: 1000 }) } = given;
  const lines: LogLine[] = [];
  const counted: string[] = [];
  const personal: PersonalRow[] = [];
  const events: EventRow[] = [];
  const metrics = {
    orderCreated: () => void counted.push("order"),
    catalogueAsked: (hit: boolean) => void counted.push(hit ? "hit" : "miss"),
    exposition: () => "vitrine_up 1\n",
  };
  const identity = await createIdentity({ config, database: given.store?.identity ?? database, actors, clock, ids });
  const nothing = { items: [], next: null };
  const edge = edgeApp({
    actors,
    store: {
      identity: database,
      events: (ranges) => Promise.resolve(events.filter(({ address }) => ranges.some((of) => of.address === address))),
      personal: (wanted) => Promise.resolve(personal.filter(({ id }) => wanted.includes(id))),
      deadLetters: () => Promise.resolve([]),
      takeDeadLetter: () => Promise.resolve(undefined),
    },
    cache,
    catalogue: new ActorCatalogue({ actors, cache, clock, metrics, ...config.catalogue }),
    products: { search: () => Promise.resolve(nothing) },
    orders: { list: () => Promise.resolve(nothing) },
    projector: { caughtUp: () => Promise.resolve() },
    identity,
    rateLimit: UNLIMITED,
    config,
    clock,
    ids,
    log: logInto(lines),
    metrics,
    ready: () => ({ ok: true, reasons: [] }),
    ...given,
  });

  async function tokenFor(principal: Principal, ttlSeconds = 3600): Promise<string> {
    return (await identity.signer.sign(principal, ttlSeconds)).token;
  }

  async function call(route: string, { as, json, body, headers = {} }: CallOptions = {}): Promise<Response> {
    const [method = "GET", path = "/"] = route.split(" ");
    return await edge.app.request(`http://shop.test${path}`, {
      method,
      body: json === undefined ? body : JSON.stringify(json),
      headers: {
        ...(as === undefined ? {} : { authorization: `Bearer ${await tokenFor(as)}` }),
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
    });
  }

  return { ...edge, actors: scripted, identity, clock: stopped, lines, counted, personal, events, call, tokenFor };
}

/** What a problem says, as far as clients may rely on it. */
export async function problemIn(response: Response): Promise<{ readonly status: number; readonly code: unknown }> {
  const { code, status } = await response.json();
  if (status !== response.status) throw new Error(`Cannot trust the problem: ${status} beside ${response.status}`);
  return { status, code };
}

function countingIds(): (length: number) => string {
  let count = 0;
  return (length) => (++count).toString(2).replaceAll("0", "a").replaceAll("1", "b").padStart(length, "a");
}

function logInto(lines: LogLine[]): Log {
  const write = (event: string, fields: LogLine["fields"] = {}): void => void lines.push({ event, fields });
  return { info: write, warn: write, error: write };
}
