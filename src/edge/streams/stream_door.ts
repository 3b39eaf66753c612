import { ActorError } from "../../../actors/runtime/errors.ts";
import type { Random } from "../../../actors/runtime/ports.ts";
import { EdgeError } from "../edge_error.ts";
import type { Caller } from "../identity/caller.ts";
import type { Identity } from "../identity/identity.ts";
import type { RateLimit } from "../rate_limit.ts";
import { clientAddress, type StreamContext } from "./client_address.ts";
import type { ConnectionRegistry } from "./connection_registry.ts";
import type { Seat, Transport } from "./seat.ts";

export interface StreamDoorOptions {
  readonly identity: Pick<Identity, "authenticateStream" | "checkOrigin">;
  readonly registry: ConnectionRegistry;
  readonly rateLimit: RateLimit;
  readonly trustProxy: boolean;
}

/** Lets connections in: who opens them, how fast, and how many there are already. */
export class StreamDoor {
  readonly #options: StreamDoorOptions;

  constructor(options: StreamDoorOptions) {
    this.#options = options;
  }

  /** Rejects with `unauthenticated`, and as `Identity` does. */
  async caller(request: Request): Promise<Caller> {
    const caller = await this.#options.identity.authenticateStream(request);
    if (caller === undefined) throw new EdgeError("unauthenticated");
    return caller;
  }

  checkOrigin(request: Request): void {
    this.#options.identity.checkOrigin(request);
  }

  /** Rejects with `rate_limited`. */
  async count(c: StreamContext): Promise<void> {
    const address = clientAddress(c, this.#options.trustProxy);
    const retryAfterMs = await this.#options.rateLimit.take(`address ${address ?? "local"}`);
    if (retryAfterMs > 0) throw new EdgeError("rate_limited", { retryAfterMs });
  }

  /** Rejects with `rate_limited` when this client has too many open, with `unavailable` when this node has. */
  seat(c: StreamContext, { transport, caller }: { readonly transport: Transport; readonly caller?: Caller }): Seat {
    const { registry, trustProxy } = this.#options;
    const seat = registry.admit({ transport, customer: caller?.sub, address: clientAddress(c, trustProxy) });
    if (typeof seat !== "string") return seat;
    if (seat === "too_many_connections") throw new EdgeError("rate_limited", { retryAfterMs: 30_000 });
    throw new ActorError("unavailable", "retry", `Cannot open a stream: ${seat}`);
  }
}

/** The cursor that a client comes with. The header is the browser's own and newer than the address it was given. */
export function cursorOf(c: StreamContext): string | undefined {
  const cursor = c.req.header("last-event-id") || c.req.query("after") || c.req.query("lastEventId");
  return cursor === "" ? undefined : cursor;
}

/** How long a client stays away that has been refused for `retryAfterMs`: never exactly as long as the others. */
export function spread(retryAfterMs: number, random: Random): number {
  return Math.round(retryAfterMs * (1 + random()));
}
