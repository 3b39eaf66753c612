import { jetstream, type PubAck } from "@nats-io/jetstream";
import { headers, type Msg, type NatsConnection } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import type { Log } from "../../actors/runtime/ports.ts";
import type { Principal } from "../../machines/decision.ts";
import { freshIds } from "../../src/clock/fresh_ids.ts";
import { monotonicClock } from "../../src/clock/monotonic_clock.ts";
import { reconcile } from "../../src/cluster/nats_reconcile.ts";
import { type ServicesOptions, startServices } from "../../src/services/start_services.ts";
import type { LogLine } from "../edge/open_edge.ts";
import { type OpenShop, openShop } from "../edge/open_shop.ts";
import { type Nats, startNats } from "../harness/nats.ts";

export const warehouse: Principal = { sub: "warehouse", roles: ["service"], stores: [] };

export interface AskOptions {
  readonly as?: Principal;
  /** In place of one that is signed for `as`. */
  readonly token?: string;
  readonly json?: unknown;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Posted extends AskOptions {
  /** `Nats-Msg-Id`. */
  readonly id?: string;
  readonly timeoutMs?: number;
}

/** What a request was answered. */
export interface Answered {
  readonly body: Readonly<Record<string, unknown>>;
  readonly ok: boolean;
  /** Of its problem. */
  readonly code?: unknown;
  readonly header: (name: string) => string;
}

export interface OpenServices extends AsyncDisposable {
  readonly shop: OpenShop;
  readonly nats: Nats;
  /** Another service's connection. */
  readonly client: NatsConnection;
  readonly lines: LogLine[];
  readonly counted: string[];
  /** What a node is started with on a connection of its own. */
  parts(): Promise<ServicesOptions>;
  /** Starts a node: the services of this shop. It stops with this, or when it is disposed itself. */
  startNode(changed?: Partial<ServicesOptions>): Promise<AsyncDisposable & { readonly connection: NatsConnection }>;
  ask(subject: string, options?: AskOptions): Promise<Answered>;
  /** Leaves mail under that `Nats-Msg-Id`. */
  post(subject: string, options?: Posted): Promise<PubAck>;
  token(principal: Principal, ttlSeconds?: number): Promise<string>;
}

export const TOPOLOGY = { replicas: 1, eventsMaxAgeMs: 3_600_000 };

interface OpenServicesOptions {
  readonly jetstream?: boolean;
  /** Lines of the server's configuration. */
  readonly config?: string;
  /** What nodes and `client` log in with. */
  readonly login?: { readonly user?: string; readonly pass?: string };
}

/** A shop on a private NATS server. Nothing serves it until a node is started. */
export async function openServices(
  { jetstream: hasStreams = true, config = "", login = {} }: OpenServicesOptions = {},
): Promise<OpenServices> {
  await using opening = new AsyncDisposableStack();
  const nats = opening.use(await startNats({ jetstream: hasStreams, config }));
  const shop = opening.use(await openShop());
  const connections = opening.adopt(new Set<NatsConnection>(), async (open) => {
    await Promise.all([...open].map((connection) => connection.close()));
  });
  const nodes = opening.use(new AsyncDisposableStack());
  const client = await opened();
  const lines: LogLine[] = [];
  const counted: string[] = [];
  const log = logInto(lines);
  const clock = monotonicClock(Date.now());

  async function opened(): Promise<NatsConnection> {
    const connection = await connect({ ...login, port: nats.port, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
    connections.add(connection);
    return connection;
  }

  async function parts(): Promise<ServicesOptions> {
    const { runCommand, identity } = shop.edge;
    const connection = await opened();
    return {
      nats: connection,
      reconcile: () => reconcile(connection, TOPOLOGY),
      runCommand,
      identity,
      actors: shop.actors,
      store: shop.store,
      clock,
      ids: freshIds(),
      random: () => 0.5,
      log,
      metrics: {
        requestAnswered: (service, error) => void counted.push(`${service} ${error ?? "ok"}`),
        mailHandled: (outcome) => void counted.push(`mail ${outcome}`),
      },
      mailLimits: { firstDelayMs: 20, longestDelayMs: 100, pullMs: 1000 },
    };
  }

  async function startNode(changed: Partial<ServicesOptions> = {}): ReturnType<OpenServices["startNode"]> {
    const options = { ...await parts(), ...changed };
    if (hasStreams) await reconcile(options.nats, TOPOLOGY);
    const node = nodes.use(startServices(options));
    await options.nats.flush();
    return { connection: options.nats, [Symbol.asyncDispose]: () => node[Symbol.asyncDispose]() };
  }

  async function token(principal: Principal, ttlSeconds = 3600): Promise<string> {
    return (await shop.edge.identity.signer.sign(principal, ttlSeconds)).token;
  }

  async function sent({ as, token: shown, json, body, headers: more = {} }: AskOptions): Promise<{
    readonly payload: string | Uint8Array;
    readonly headers: ReturnType<typeof headers>;
  }> {
    const made = headers();
    const bearer = shown ?? (as === undefined ? undefined : await token(as));
    if (bearer !== undefined) made.set("Authorization", `Bearer ${bearer}`);
    for (const [name, value] of Object.entries(more)) made.append(name, value);
    return { payload: body ?? (json === undefined ? "" : JSON.stringify(json)), headers: made };
  }

  async function ask(subject: string, options: AskOptions = {}): Promise<Answered> {
    const { payload, headers } = await sent(options);
    return answeredBy(await client.request(subject, payload, { headers, timeout: 30_000 }));
  }

  async function post(subject: string, { id, timeoutMs = 10_000, ...options }: Posted = {}): Promise<PubAck> {
    const { payload, headers } = await sent(options);
    if (id !== undefined) headers.set("Nats-Msg-Id", id);
    return await jetstream(client).publish(subject, payload, { headers, timeout: timeoutMs });
  }

  const closing = opening.move();
  return {
    shop,
    nats,
    client,
    lines,
    counted,
    parts,
    startNode,
    ask,
    post,
    token,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

export function answeredBy(message: Msg): Answered {
  const body = message.json<Record<string, unknown>>();
  const { error } = body;
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return {
    body,
    ok: body.ok === true,
    ...(code !== undefined && { code }),
    header: (name) => message.headers?.get(name) ?? "",
  };
}

function logInto(lines: LogLine[]): Log {
  const write = (event: string, fields: LogLine["fields"] = {}): void => void lines.push({ event, fields });
  return { info: write, warn: write, error: write };
}
