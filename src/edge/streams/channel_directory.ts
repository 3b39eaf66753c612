import type { Subscription } from "../../../actors/runtime/actors.ts";
import { addressOf, isWellFormedId, kindOf } from "../../../actors/runtime/address.ts";
import { ActorError } from "../../../actors/runtime/errors.ts";
import type { Store } from "../../../actors/runtime/ports.ts";
import type { Address, Principal } from "../../../machines/decision.ts";
import { isStaffOf } from "../../../machines/order/status.ts";
import { BoundedMap } from "../bounded_map.ts";
import { EdgeError } from "../edge_error.ts";
import type { Channel } from "./channel.ts";

/** Where a channel leads. `not_served`: it has a name, and nothing behind it yet. */
export type Destination =
  | { readonly kind: "feed"; readonly feed: Omit<Subscription, "after"> }
  | { readonly kind: "not_served" };

const NOBODY: Principal = { sub: "", roles: [], stores: [] };
const KNOWN_TRACKING_IDS = 20_000;

/** Knows which actor's feed a channel is. */
export class ChannelDirectory {
  readonly #store: Pick<Store, "alias">;
  readonly #tracked = new BoundedMap<string, Address>(KNOWN_TRACKING_IDS);

  constructor(store: Pick<Store, "alias">) {
    this.#store = store;
  }

  /**
   * Rejects with `unauthenticated`, `forbidden` or `not_found`, and with `unavailable` when that cannot be told now.
   * Whether the principal may read what is there is the actor's to say.
   */
  async find(channel: Channel, principal: Principal | undefined): Promise<Destination> {
    switch (channel.kind) {
      case "flash_sales":
        return { kind: "not_served" };
      case "track": {
        const address = await this.#trackedBy(channel.trackingId);
        return { kind: "feed", feed: { address, feed: "public", principal: NOBODY } };
      }
      case "customer": {
        const known = knownOnly(principal);
        return { kind: "feed", feed: { address: addressOf("customer", known.sub), feed: "owner", principal: known } };
      }
      case "order": {
        const known = knownOnly(principal);
        if (!isWellFormedId(channel.orderId, "slot")) throw new EdgeError("not_found");
        const address = addressOf("order", channel.orderId);
        return { kind: "feed", feed: { address, feed: "owner", principal: known } };
      }
      case "store":
        staffOnly(knownOnly(principal), channel.storeId);
        return { kind: "not_served" };
    }
  }

  /** Aliases never change, so those found are remembered; those missing may yet be made. */
  async #trackedBy(trackingId: string): Promise<Address> {
    const address = this.#tracked.get(trackingId) ?? await this.#lookUp(trackingId);
    if (address === undefined || kindOf(address) !== "order") throw new EdgeError("not_found");
    this.#tracked.set(trackingId, address);
    return address;
  }

  async #lookUp(trackingId: string): Promise<Address | undefined> {
    try {
      return await this.#store.alias(trackingId);
    } catch (error) {
      throw new ActorError("unavailable", "retry", "Cannot look a tracking id up: store away", { cause: error });
    }
  }
}

function knownOnly(principal: Principal | undefined): Principal {
  if (principal === undefined) throw new EdgeError("unauthenticated");
  return principal;
}

function staffOnly(principal: Principal, storeId: string): void {
  if (isStaffOf(principal, storeId)) return;
  throw new EdgeError(principal.roles.includes("staff") ? "not_found" : "forbidden");
}
