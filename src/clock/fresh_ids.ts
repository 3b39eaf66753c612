import { randomFillSync } from "node:crypto";
import { base32 } from "../../actors/runtime/address.ts";
import type { Ids } from "../../actors/runtime/ports.ts";

const POOL_BYTES = 4096;

/** Unguessable ids from the system's randomness, drawn many at a time because each draw is a system call. */
export function freshIds(): Ids {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return (length) => {
    const bytes = Math.ceil(length * 5 / 8);
    if (used + bytes > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    used += bytes;
    return base32(pool.subarray(used - bytes, used), length);
  };
}
