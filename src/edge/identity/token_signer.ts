import { SignJWT } from "jose";
import type { Clock } from "../../../actors/runtime/ports.ts";
import type { Principal } from "../../../machines/decision.ts";
import { OWN_ISSUER } from "./token_verifier.ts";

export interface SignedToken {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Signs the shop's own tokens: those of guests, and in development anybody's. */
export class TokenSigner {
  readonly #key: CryptoKey;
  readonly #audience: string;
  readonly #clock: Clock;

  constructor({ key, audience, clock }: { readonly key: CryptoKey; readonly audience: string; readonly clock: Clock }) {
    this.#key = key;
    this.#audience = audience;
    this.#clock = clock;
  }

  /** Signed for the same at the same time, a token is the same. `at`: epoch milliseconds; now, when absent. */
  async sign({ sub, roles, stores }: Principal, ttlSeconds: number, at = this.#clock.now()): Promise<SignedToken> {
    const now = Math.floor(at / 1000);
    const token = await new SignJWT({ roles, stores })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuer(OWN_ISSUER)
      .setAudience(this.#audience)
      .setSubject(sub)
      .setIssuedAt(now)
      .setExpirationTime(now + ttlSeconds)
      .sign(this.#key);
    return { token, expiresAt: (now + ttlSeconds) * 1000 };
  }
}
