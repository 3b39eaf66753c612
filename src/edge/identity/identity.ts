import type { Actors } from "../../../actors/runtime/actors.ts";
import type { Clock, Identity as DatabaseIdentity, Ids } from "../../../actors/runtime/ports.ts";
import type { Config } from "../../config.ts";
import { EdgeError } from "../edge_error.ts";
import type { Caller } from "./caller.ts";
import { shownToken } from "./credentials.ts";
import { isFromAllowedOrigin } from "./origin.ts";
import { signingKeys } from "./signing_keys.ts";
import { StreamTickets } from "./stream_tickets.ts";
import { TokenSigner } from "./token_signer.ts";
import { remoteKeys, TokenVerifier } from "./token_verifier.ts";

const CACHED_TOKENS = 20_000;
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

export interface IdentityParts {
  readonly config: Pick<Config, "tokens" | "allowedOrigins">;
  readonly database: DatabaseIdentity;
  readonly actors: Pick<Actors, "ask">;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Says who sent a request. */
export class Identity {
  readonly signer: TokenSigner;
  readonly tickets: StreamTickets;
  readonly #verifier: TokenVerifier;
  readonly #allowedOrigins: readonly string[];

  constructor(parts: {
    readonly signer: TokenSigner;
    readonly tickets: StreamTickets;
    readonly verifier: TokenVerifier;
    readonly allowedOrigins: readonly string[];
  }) {
    this.signer = parts.signer;
    this.tickets = parts.tickets;
    this.#verifier = parts.verifier;
    this.#allowedOrigins = parts.allowedOrigins;
  }

  /**
   * The caller, or undefined when no token is shown. Rejects with an `EdgeError` when one is shown that does not count,
   * or a cookie comes along that another site's page may have sent.
   */
  async authenticate(request: Request): Promise<Caller | undefined> {
    const shown = shownToken(request.headers);
    if (shown === undefined) return undefined;

    const { token, credential } = shown;
    if (credential === "cookie" && !SAFE_METHODS.has(request.method)) this.checkOrigin(request);
    const { principal, expiresAt } = this.#verifier.recall(token) ?? await this.#verifier.verify(token);
    return { ...principal, expiresAt, credential };
  }

  /** The same, for streams: these also take a ticket from the URL, and use it up. */
  authenticateStream(request: Request): Promise<Caller | undefined> {
    const ticket = new URL(request.url).searchParams.get("ticket");
    return ticket === null ? this.authenticate(request) : this.tickets.redeem(ticket);
  }

  /** A newer token for a connection that is open already. */
  async verify(token: string): Promise<Pick<Caller, "sub" | "roles" | "stores" | "expiresAt">> {
    const { principal, expiresAt } = this.#verifier.recall(token) ?? await this.#verifier.verify(token);
    return { ...principal, expiresAt };
  }

  /** Whose token it was at a time that may be past, epoch milliseconds: when a message was handed in that waited since. */
  async verifyAt(token: string, at: number): Promise<Pick<Caller, "sub" | "roles" | "stores" | "expiresAt">> {
    const { principal, expiresAt } = await this.#verifier.verify(token, at);
    return { ...principal, expiresAt };
  }

  checkOrigin(request: Request): void {
    if (!isFromAllowedOrigin(request, this.#allowedOrigins)) throw new EdgeError("origin_not_allowed");
  }
}

export async function createIdentity({ config, database, actors, clock, ids }: IdentityParts): Promise<Identity> {
  const { secret, jwksUrl, issuer, audience } = config.tokens;
  const keys = await signingKeys({ jwtSecret: secret, databaseSecret: database.secret });
  const verifier = new TokenVerifier({
    key: keys.tokens,
    jwks: jwksUrl === undefined ? undefined : remoteKeys(jwksUrl),
    issuer,
    audience,
    clock,
    cacheSize: CACHED_TOKENS,
  });
  return new Identity({
    signer: new TokenSigner({ key: keys.tokens, audience, clock }),
    tickets: new StreamTickets({ key: keys.tickets, actors, clock, ids }),
    verifier,
    allowedOrigins: config.allowedOrigins,
  });
}
