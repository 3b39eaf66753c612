import {
  type Authenticator,
  backoff,
  connect,
  credsAuthenticator,
  type NatsConnection,
  nkeyAuthenticator,
  type NodeConnectionOptions,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "@nats-io/transport-node";
import type { Log } from "../../actors/runtime/ports.ts";
import { type NatsAddress, natsAddress } from "./nats_address.ts";
import { followStatus, type NatsStatus } from "./nats_status.ts";

export interface NatsSettings {
  /** Servers separated by commas; a user and password, or a token, may stand in it. */
  readonly url: string;
  /** A `.creds` file: a user's JWT and seed. Read again at every connect, so that it can be renewed. */
  readonly credsFile?: string;
  /** A file with the seed of a user's NKey. */
  readonly nkeyFile?: string;
  /** PEM of the authorities that the servers' certificates are checked against; asks for TLS. */
  readonly caFile?: string;
}

export interface OpenNatsOptions {
  readonly log: Log;
  /** Told of every change; first of all when a first attempt has failed or the connection is there. */
  readonly onStatus?: (status: NatsStatus) => void;
  /** Gives up the attempts to connect: `openNats` then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** A server that stands still is noticed after two to three of these. */
const PING_MS = 1000;
const PINGS_UNANSWERED = 2;
const HANDSHAKE_MS = 2000;
const FIRST_WAITS_MS = [250, 500, 1000, 2000, 5000];
/** Every node that lost the same server comes back at another moment. */
const AGAIN_MS = { least: 200, most: 1000 };

/**
 * Connects, and waits for it as long as it takes: a server that is not there or refuses the login is said once and tried
 * again. Once connected it comes back by itself after every loss. What is published meanwhile may be lost or sent
 * late: whoever cannot bear it looks at the status first.
 *
 * @throws when a file of the settings cannot be read: trying again would not help.
 */
export async function openNats(
  settings: NatsSettings,
  { log, onStatus = () => {}, signal }: OpenNatsOptions,
): Promise<NatsConnection> {
  const address = natsAddress(settings.url);
  if (address === undefined) throw new Error("Cannot read the address of NATS: not a list of nats:// or tls:// URLs");
  const options = await connectionOptions(address, settings);
  const waits = backoff(FIRST_WAITS_MS);
  const servers = address.servers.join(",");

  let said: string | undefined;
  for (let attempt = 0;; attempt++) {
    signal?.throwIfAborted();
    try {
      const connection = await connect({ ...options });
      log.info("nats_connected", { server: connection.getServer() });
      followStatus(connection, { log, onStatus });
      onStatus({ connected: true });
      return connection;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (why !== said) {
        log.warn("nats_unreachable", { servers, why });
        onStatus({ connected: false, why });
      }
      said = why;
    }
    await pause(waits.backoff(attempt), signal);
  }
}

async function connectionOptions(address: NatsAddress, settings: NatsSettings): Promise<NodeConnectionOptions> {
  const { caFile } = settings;
  const ca = caFile === undefined ? undefined : await readable(caFile);
  return {
    servers: [...address.servers],
    name: "vitrine",
    authenticator: await authenticators(address, settings),
    ...((address.tls || ca !== undefined) && { tls: ca === undefined ? {} : { ca } }),
    timeout: HANDSHAKE_MS,
    pingInterval: PING_MS,
    maxPingOut: PINGS_UNANSWERED,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => AGAIN_MS.least + Math.random() * (AGAIN_MS.most - AGAIN_MS.least),
    // A login may be refused for a while and then be right again.
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
  };
}

async function authenticators({ login }: NatsAddress, settings: NatsSettings): Promise<Authenticator[]> {
  const found: Authenticator[] = [];
  if (login !== undefined) {
    found.push(
      "token" in login ? tokenAuthenticator(login.token) : usernamePasswordAuthenticator(login.user, login.password),
    );
  }
  if (settings.nkeyFile !== undefined) {
    const seed = new TextEncoder().encode((await readable(settings.nkeyFile)).trim());
    found.push(nkeyAuthenticator(seed));
  }
  if (settings.credsFile !== undefined) found.push(credsAuthenticator(await renewed(settings.credsFile)));
  return found;
}

/** The file's content as it is at each call; as it last was while it cannot be read. */
async function renewed(path: string): Promise<() => Uint8Array> {
  let content = new TextEncoder().encode(await readable(path));
  return () => {
    try {
      content = Deno.readFileSync(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return content;
  };
}

async function readable(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(`Cannot read "${path}" to connect to NATS`, { cause: error });
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal?.addEventListener("abort", () => resolve(), { once: true });
  return promise.finally(() => clearTimeout(timer));
}
