import { createHash, createHmac } from "node:crypto";
import type { Address } from "../../machines/decision.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const SLOTS = 1024;
const REST_LENGTH = 24;
const SLOTTED_ID = /^[a-z]{3}_([a-z2-7]{2})[a-z2-7]{24}$/;
const PLAIN_ID = /^[A-Za-z0-9][A-Za-z0-9 ._@:|~-]{0,99}$/;

/** Slots of routing keys seen lately: hashing costs more than the rest of routing. */
const slotCache = new Map<string, number>();
const SLOT_CACHE_LIMIT = 50_000;

/** Builds the address `kind/id`. */
export function addressOf(kind: string, id: string): Address {
  return `${kind}/${id}`;
}

export function kindOf(address: Address): string {
  return address.slice(0, address.indexOf("/"));
}

export function idOf(address: Address): string {
  return address.slice(address.indexOf("/") + 1);
}

/** The first 10 bits of SHA-256(routing key): 0 to 1023. */
export function slotOfKey(routingKey: string): number {
  const known = slotCache.get(routingKey);
  if (known !== undefined) return known;

  const digest = createHash("sha256").update(routingKey).digest();
  const slot = digest.readUInt16BE(0) >> 6;
  if (slotCache.size >= SLOT_CACHE_LIMIT) slotCache.clear();
  slotCache.set(routingKey, slot);
  return slot;
}

/** The slot of an address: read out of a slotted id, else hashed from the id. */
export function slotOf(address: Address): number {
  return slotOfId(idOf(address));
}

function slotOfId(id: string): number {
  const letters = slotLetters(id);
  if (letters === undefined) return slotOfKey(id);
  return ALPHABET.indexOf(letters.charAt(0)) * 32 + ALPHABET.indexOf(letters.charAt(1));
}

/** The partition that owns an address: 0 to `partitions` - 1. */
export function partitionOf(address: Address, partitions: number): number {
  return slotOf(address) % partitions;
}

/** Every partition there is: 0 to `partitions` - 1. */
export function everyPartition(partitions: number): number[] {
  return Array.from({ length: partitions }, (_, partition) => partition);
}

/** Makes an id that routes with the id `key`: `<prefix>_<slot><rest>`, `rest` being 24 base32 characters. */
export function makeId(prefix: string, routing: { readonly key: string; readonly rest: string }): string {
  const slot = slotOfId(routing.key);
  return `${prefix}_${ALPHABET.charAt(slot >> 5)}${ALPHABET.charAt(slot & 31)}${routing.rest}`;
}

/** The id that a repeat of the same wish derives again: keyed, hence unguessable. */
export function deriveId(
  prefix: string,
  wish: { readonly routingKey: string; readonly secret: string; readonly seed: string },
): string {
  const rest = keyedText(wish.secret, `${prefix}\n${wish.routingKey}\n${wish.seed}`, REST_LENGTH);
  return makeId(prefix, { key: wish.routingKey, rest });
}

/** `length` base32 characters of HMAC-SHA256(secret, text); at most 51. */
export function keyedText(secret: string, text: string, length: number): string {
  return base32(createHmac("sha256", secret).update(text).digest(), length);
}

/** Whether an id taken from outside could be one of that routing: anything else exists nowhere. */
export function isWellFormedId(id: string, routing: "slot" | "hash"): boolean {
  return routing === "slot" ? SLOTTED_ID.test(id) : PLAIN_ID.test(id);
}

/** Base32 (RFC 4648, lower case, unpadded) of the leading bits of `bytes`. */
export function base32(bytes: Uint8Array, length: number): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8 | byte) & 0xffff;
    bits += 8;
    while (bits >= 5 && text.length < length) {
      bits -= 5;
      text += ALPHABET.charAt(buffer >> bits & 31);
    }
  }
  return text;
}

export const SLOT_COUNT = SLOTS;

function slotLetters(id: string): string | undefined {
  if (id.length !== 30 || id.charAt(3) !== "_") return undefined;
  return SLOTTED_ID.exec(id)?.[1];
}
