import type { Hono } from "hono";
import type { Actors } from "../../../actors/runtime/actors.ts";
import type { Clock, Ids, Log, Random, Store } from "../../../actors/runtime/ports.ts";
import type { RunCommand } from "../commands/run_command.ts";
import type { Identity } from "../identity/identity.ts";
import type { RateLimit } from "../rate_limit.ts";
import { ChannelDirectory } from "./channel_directory.ts";
import type { StreamEnv } from "./client_address.ts";
import { ConnectionRegistry } from "./connection_registry.ts";
import { DeadPeers, type Retransmissions } from "./dead_peers.ts";
import { FrameWriter } from "./frame_writer.ts";
import { StreamDoor } from "./stream_door.ts";
import { DEFAULT_STREAM_LIMITS, type StreamLimits } from "./stream_limits.ts";
import type { StreamMetrics } from "./stream_parts.ts";
import { streamRoutes } from "./stream_routes.ts";
import { TimerWheel } from "./timer_wheel.ts";

export interface StreamsOptions {
  readonly actors: Pick<Actors, "subscribe" | "changes">;
  readonly store: Pick<Store, "alias">;
  readonly identity: Pick<Identity, "authenticateStream" | "verify" | "checkOrigin">;
  readonly runCommand: RunCommand;
  readonly rateLimit: RateLimit;
  readonly trustProxy: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: StreamMetrics;
  readonly retransmissions: Retransmissions;
  readonly limits?: Partial<StreamLimits>;
}

/** A node's streams: their addresses, and who is connected. */
export interface Streams {
  readonly routes: Hono<StreamEnv>;
  readonly registry: ConnectionRegistry;
}

export function openStreams(options: StreamsOptions): Streams {
  const { clock, log, store, retransmissions } = options;
  const limits: StreamLimits = { ...DEFAULT_STREAM_LIMITS, ...options.limits };
  const wheel = new TimerWheel({ clock, log });
  const registry = new ConnectionRegistry({ limits, wheel, clock });
  const directory = new ChannelDirectory(store);
  const door = new StreamDoor({ ...options, registry });
  const deadPeers = new DeadPeers({ wheel, log, limits, retransmissions });
  const routes = streamRoutes({ ...options, limits, wheel, deadPeers, directory, door, writer: new FrameWriter() });
  return { routes, registry };
}
