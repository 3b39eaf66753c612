import { createRemoteJWKSet, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import type { JWTVerifyGetKey } from "jose";
import type { Clock } from "../../../actors/runtime/ports.ts";
import { BoundedMap } from "../bounded_map.ts";
import { EdgeError } from "../edge_error.ts";
import type { VerifiedToken } from "./caller.ts";
import { readClaims } from "./claims.ts";

/** The issuer of the tokens that this shop signs itself. */
export const OWN_ISSUER = "vitrine";

const SHARED_SECRET_ALGORITHMS = ["HS256"];
const PUBLIC_KEY_ALGORITHMS = ["RS256", "ES256", "EdDSA", "Ed25519"];
const MAX_TOKEN_LENGTH = 8192;
/** A token that was good a while ago is checked again: its key may have been withdrawn since. */
const RECHECK_MS = 300_000;
const UNREACHABLE = new Set(["ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID", "ERR_JOSE_GENERIC"]);

export interface VerifierOptions {
  /** For tokens signed with the shared secret. */
  readonly key: CryptoKey;
  /** For tokens signed with somebody's private key; none are accepted without it. */
  readonly jwks?: JWTVerifyGetKey;
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
  readonly cacheSize: number;
}

interface Remembered extends VerifiedToken {
  readonly checkAgainAt: number;
}

/** Says whether a token counts. Tokens verified lately are known by their text, which costs a look-up instead of a hash. */
export class TokenVerifier {
  readonly #options: VerifierOptions;
  readonly #remembered: BoundedMap<string, Remembered>;

  constructor(options: VerifierOptions) {
    this.#options = options;
    this.#remembered = new BoundedMap(options.cacheSize);
  }

  /** The token, if it has been verified lately and still counts. */
  recall(token: string): VerifiedToken | undefined {
    const remembered = this.#remembered.get(token);
    if (remembered === undefined || remembered.checkAgainAt > this.#options.clock.now()) return remembered;
    this.#remembered.delete(token);
    return undefined;
  }

  /**
   * Rejects with `token_invalid`, `token_expired`, or `keys_unavailable` when nobody can say. What counted at an earlier
   * time, `at`, is not remembered: it need not count now.
   */
  async verify(token: string, at?: number): Promise<VerifiedToken> {
    const verified = readClaims(await this.#payload(token, at ?? this.#options.clock.now()));
    if (verified === undefined) throw new EdgeError("token_invalid");
    if (at !== undefined) return verified;

    const checkAgainAt = Math.min(verified.expiresAt, this.#options.clock.now() + RECHECK_MS);
    this.#remembered.set(token, { ...verified, checkAgainAt });
    return verified;
  }

  async #payload(token: string, at: number): Promise<JWTPayload> {
    if (token.length > MAX_TOKEN_LENGTH) throw new EdgeError("token_invalid");
    const { key, jwks, issuer, audience } = this.#options;
    const common = { audience, requiredClaims: ["sub", "exp"], currentDate: new Date(at) };
    try {
      if (jwks !== undefined && algorithmOf(token) !== "HS256") {
        return (await jwtVerify(token, jwks, { ...common, algorithms: PUBLIC_KEY_ALGORITHMS, issuer })).payload;
      }
      const algorithms = SHARED_SECRET_ALGORITHMS;
      return (await jwtVerify(token, key, { ...common, algorithms, issuer: [issuer, OWN_ISSUER] })).payload;
    } catch (error) {
      throw tokenError(error);
    }
  }
}

/**
 * The issuer's public keys, kept for ten minutes. A key id that is not among them fetches them again, at most once in
 * `cooldownMs`: keys rotate without a restart, and forged key ids cannot make us flood the issuer.
 */
export function remoteKeys(url: string, { cooldownMs = 5000 }: { readonly cooldownMs?: number } = {}): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(url), { cooldownDuration: cooldownMs, timeoutDuration: 3000 });
}

/** What the token claims about itself: decides which keys are tried, and proves nothing. */
function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg;
  } catch (error) {
    throw new EdgeError("token_invalid", {}, { cause: error });
  }
}

function tokenError(error: unknown): EdgeError {
  if (error instanceof errors.JWTExpired) return new EdgeError("token_expired");
  if (error instanceof errors.JOSEError && !UNREACHABLE.has(error.code)) return new EdgeError("token_invalid");
  if (error instanceof EdgeError) return error;
  return new EdgeError("keys_unavailable", {}, { cause: error });
}
