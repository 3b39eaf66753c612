import { createHmac } from "node:crypto";

/** One key for each purpose, so that a ticket can never pass for a token. */
export interface SigningKeys {
  readonly tokens: CryptoKey;
  readonly tickets: CryptoKey;
}

/**
 * Tokens are signed with `JWT_SECRET` as it is, so that others who hold it can issue them too. Without it the key comes
 * from the database's own secret, and all nodes of one database agree on it.
 */
export async function signingKeys(
  { jwtSecret, databaseSecret }: { readonly jwtSecret?: string; readonly databaseSecret: string },
): Promise<SigningKeys> {
  const tokens = jwtSecret === undefined ? derived(databaseSecret, "tokens") : new TextEncoder().encode(jwtSecret);
  return {
    tokens: await hmacKey(tokens),
    tickets: await hmacKey(derived(databaseSecret, "tickets")),
  };
}

function derived(secret: string, purpose: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac("sha256", secret).update(`vitrine ${purpose}`).digest());
}

function hmacKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}
