import type { MiddlewareHandler } from "hono";
import { decodeJwt, type JWTPayload } from "jose";
import type { Clock } from "../../../actors/runtime/ports.ts";
import type { Config } from "../../config.ts";
import { isGuest } from "./caller.ts";
import { sessionCookie, shownToken } from "./credentials.ts";
import type { Identity } from "./identity.ts";
import { isHttps } from "./origin.ts";
import { OWN_ISSUER } from "./token_verifier.ts";

export interface SessionRenewalParts {
  readonly identity: Pick<Identity, "authenticate" | "signer">;
  readonly config: Pick<Config, "tokens" | "trustProxy">;
  readonly clock: Clock;
}

/**
 * Gives a guest who looks at a page past half of their session a new one, so that it ends only when nobody comes any
 * more. Sessions that somebody else signed are somebody else's to renew.
 */
export function renewingSessions({ identity, config, clock }: SessionRenewalParts): MiddlewareHandler {
  const { sessionTtlSeconds } = config.tokens;
  const halfMs = sessionTtlSeconds * 1000 / 2;

  async function renewed(request: Request): Promise<string | undefined> {
    const shown = shownToken(request.headers);
    if (shown?.credential !== "cookie") return undefined;
    // What it says of itself costs nothing to look at; whether that is true is asked once in half a session.
    const { iss, exp = 0 } = claimsOf(shown.token);
    if (iss !== OWN_ISSUER || exp * 1000 - clock.now() > halfMs) return undefined;
    const guest = await identity.authenticate(request).catch(() => undefined);
    if (guest === undefined || !isGuest(guest.sub)) return undefined;

    const { token } = await identity.signer.sign(
      { sub: guest.sub, roles: ["customer"], stores: [] },
      sessionTtlSeconds,
    );
    return sessionCookie({ token, maxAgeSeconds: sessionTtlSeconds, secure: isHttps(request, config) });
  }

  return async (c, next) => {
    await next();
    // Only what no shared cache keeps.
    if (c.res.headers.get("cache-control")?.startsWith("private") !== true) return;
    const cookie = await renewed(c.req.raw);
    if (cookie !== undefined) c.res.headers.append("set-cookie", cookie);
  };
}

function claimsOf(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}
