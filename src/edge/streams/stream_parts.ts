import type { Clock, Random } from "../../../actors/runtime/ports.ts";
import type { FrameWriter } from "./frame_writer.ts";
import type { StreamLimits } from "./stream_limits.ts";
import type { TimerWheel } from "./timer_wheel.ts";

/** What streams count. Called when a connection ends, never for each frame. */
export interface StreamMetrics {
  /** A connection was ended by this node; the client did not just leave. */
  dropped(reason: string): void;
}

/** What every connection of a node shares. */
export interface StreamParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly wheel: TimerWheel;
  readonly limits: StreamLimits;
  readonly writer: FrameWriter;
  readonly metrics: StreamMetrics;
}

/** Epoch milliseconds at which a connection begun now is old: a tenth sooner or later, so that few are at once. */
export function endOfAge({ clock, random, limits }: StreamParts): number {
  return clock.now() + limits.maxAgeMs * (0.9 + 0.2 * random());
}

/**
 * How many looks in a row may find that a peer takes nothing of what waits for it. The first look that finds something
 * waiting may come right after it began to, so `deadPeerMs` allows one less than it has room for.
 */
export function stuckLimit({ deadPeerMs, heartbeatMs }: StreamLimits): number {
  return Math.max(1, Math.floor(deadPeerMs / heartbeatMs) - 1);
}
