import type { Address } from "../../machines/decision.ts";
import type { ResetReason } from "./actors.ts";
import { keyedText } from "./address.ts";
import type { Identity } from "./ports.ts";

const TAG_LENGTH = 8;
const CURSOR = /^(0|[1-9][0-9]{0,14})\.([a-z2-7]{8})$/;
const TAG_CACHE_LIMIT = 50_000;

export type ReadCursor =
  | { readonly valid: true; readonly version: number }
  | { readonly valid: false; readonly reason: ResetReason };

/**
 * Makes and reads cursors: `<version>.<tag>`, the tag being a keyed hash of database incarnation and address, so that a
 * cursor of another customer, another database or an older copy of this one is told from a good one.
 */
export class Cursors {
  readonly #identity: Identity;
  readonly #tags = new Map<Address, string>();

  constructor(identity: Identity) {
    this.#identity = identity;
  }

  make(address: Address, version: number): string {
    return `${version}.${this.#tag(address)}`;
  }

  /** `current` is the actor's version: a cursor beyond it is from a future that never was. */
  read(cursor: string, place: { readonly address: Address; readonly current: number }): ReadCursor {
    const match = CURSOR.exec(cursor);
    if (match === null) return { valid: false, reason: "cursor_invalid" };
    if (match[2] !== this.#tag(place.address)) return { valid: false, reason: "cursor_foreign" };

    const version = Number(match[1]);
    return version <= place.current ? { valid: true, version } : { valid: false, reason: "cursor_ahead" };
  }

  #tag(address: Address): string {
    const known = this.#tags.get(address);
    if (known !== undefined) return known;

    const { secret, incarnation } = this.#identity;
    const tag = keyedText(secret, `cursor\n${incarnation}\n${address}`, TAG_LENGTH);
    if (this.#tags.size >= TAG_CACHE_LIMIT) this.#tags.clear();
    this.#tags.set(address, tag);
    return tag;
  }
}
