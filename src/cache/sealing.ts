import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { Identity } from "../../actors/runtime/ports.ts";

/**
 * How one key and its values look to whoever can read the common memory. The name does not tell the key. A value can be
 * read only by who knows the database's secret, and only under the key and the version it was written for: one that was
 * forged, damaged or moved is none at all.
 */
export interface Seal {
  readonly name: string;
  close(text: string, version: number): string;
  /** Undefined: not what this seal closed for this version. */
  open(sealed: string, version: number): string | undefined;
}

const CIPHER = "aes-256-gcm";
const CIPHER_KEY_BYTES = 32;
const NAME_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The seal of one key. Each has a cipher key of its own, so that random nonces last. */
export function sealOf(key: string, { incarnation, secret }: Pick<Identity, "incarnation" | "secret">): Seal {
  const derived = createHmac("sha512", secret).update(`cache\n${incarnation}\n${key}`).digest();
  const cipherKey = derived.subarray(0, CIPHER_KEY_BYTES);
  return {
    name: derived.subarray(CIPHER_KEY_BYTES, CIPHER_KEY_BYTES + NAME_BYTES).toString("base64url"),
    close: (text, version) => closed(text, { cipherKey, version }),
    open: (sealed, version) => opened(sealed, { cipherKey, version }),
  };
}

interface Under {
  readonly cipherKey: Uint8Array;
  readonly version: number;
}

function closed(text: string, { cipherKey, version }: Under): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, cipherKey, nonce);
  cipher.setAAD(bytesOf(version));
  const body = [cipher.update(text, "utf8"), cipher.final()];
  return Buffer.concat([nonce, ...body, cipher.getAuthTag()]).toString("base64");
}

function opened(sealed: string, { cipherKey, version }: Under): string | undefined {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, cipherKey, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(bytesOf(version));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

function bytesOf(version: number): Uint8Array {
  return new TextEncoder().encode(String(version));
}
