import type { Role } from "../../machines/decision.ts";
import type { EdgeContext } from "./edge_env.ts";
import { EdgeError } from "./edge_error.ts";
import { type Caller, hasOneOf } from "./identity/caller.ts";
import type { Identity } from "./identity/identity.ts";
import type { RateLimit } from "./rate_limit.ts";
import { type Arrival, clientAddress } from "./streams/client_address.ts";

export interface DoorOptions {
  readonly identity: Pick<Identity, "authenticate">;
  readonly rateLimit: RateLimit;
  readonly trustProxy: boolean;
}

/** Lets requests in: who sends them, in which role, and how many of them. */
export class Door {
  readonly #options: DoorOptions;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Rejects with `unauthenticated`, `token_invalid`, `token_expired`, `origin_not_allowed`, `forbidden`, `rate_limited`. */
  async admit(c: EdgeContext, roles: readonly Role[]): Promise<Caller> {
    const caller = await this.#callerOf(c);
    await this.#count(`sub ${caller.sub}`);
    if (!hasOneOf(roles, caller)) throw new EdgeError("forbidden");
    return caller;
  }

  /** Rejects with `rate_limited`. */
  admitAnybody(c: Arrival): Promise<void> {
    return this.#count(`address ${clientAddress(c, this.#options.trustProxy) ?? "local"}`);
  }

  async #callerOf(c: EdgeContext): Promise<Caller> {
    try {
      const caller = await this.#options.identity.authenticate(c.req.raw);
      if (caller === undefined) throw new EdgeError("unauthenticated");
      return caller;
    } catch (error) {
      // Whoever tries tokens is counted as whoever has none.
      await this.admitAnybody(c);
      throw error;
    }
  }

  async #count(key: string): Promise<void> {
    const taken = this.#options.rateLimit.take(key);
    const retryAfterMs = typeof taken === "number" ? taken : await taken;
    if (retryAfterMs > 0) throw new EdgeError("rate_limited", { retryAfterMs });
  }
}
