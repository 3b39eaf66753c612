import {
  backoff,
  type NatsConnection,
  NatsConnectionImpl,
  type NodeConnectionOptions,
  type Status,
} from "@nats-io/transport-node";
import type { Log } from "../../actors/runtime/ports.ts";
import { type NatsAddress, natsAddress } from "./nats_address.ts";
import { loginOf, readable } from "./nats_login.ts";
import { CLOSED, followStatus, type NatsStatus } from "./nats_status.ts";
import { connectSteadily } from "./nats_transport.ts";

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
 * @throws when a file of the settings cannot be used: trying again would not help.
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
      const connection = await connectSteadily({ ...options });
      const tell = (status: NatsStatus): void => {
        logStatus(status, { connection, log });
        onStatus(status);
      };
      followStatus(connection, { onStatus: tell, onOther: attend(connection, log) });
      tell({ connected: true });
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

interface Logged {
  readonly connection: NatsConnection;
  readonly log: Log;
}

function logStatus(status: NatsStatus, { connection, log }: Logged): void {
  const server = connection.getServer();
  if (status.connected) log.info("nats_connected", { server });
  else if (status.why !== CLOSED) log.warn("nats_lost", { server, why: status.why });
}

function attend(connection: NatsConnection, log: Log): (status: Status) => void {
  let said: string | undefined;
  return (status) => {
    // The client would first wait until all it has written was taken, which a server that stands still never does.
    if (status.type === "staleConnection" && connection instanceof NatsConnectionImpl) {
      connection.protocol.transport.close();
    }
    if (status.type === "reconnect") said = undefined;
    if (status.type === "error" && status.error.message !== said) {
      said = status.error.message;
      log.warn("nats_error", { why: said });
    }
  };
}

async function connectionOptions(address: NatsAddress, settings: NatsSettings): Promise<NodeConnectionOptions> {
  const { caFile } = settings;
  const ca = caFile === undefined ? undefined : await readable(caFile);
  return {
    servers: [...address.servers],
    name: "vitrine",
    authenticator: await loginOf(address, settings),
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

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const wake = (): void => resolve();
  signal?.addEventListener("abort", wake);
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", wake);
  });
}
