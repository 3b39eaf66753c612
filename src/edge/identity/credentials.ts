import type { Credential } from "./caller.ts";

export const SESSION_COOKIE = "vitrine_session";
/** The WebSocket subprotocol that carries a token, where browsers let pages set no header. */
export const BEARER_SUBPROTOCOL = "bearer.";

export interface ShownToken {
  readonly token: string;
  readonly credential: Credential;
}

/**
 * The token that a request shows: header before subprotocol before cookie. A header that is no bearer token is shown as
 * an empty one, so that it is refused instead of overlooked.
 */
export function shownToken(headers: Headers): ShownToken | undefined {
  const authorization = headers.get("authorization");
  if (authorization !== null) return { token: bearerOf(authorization), credential: "bearer" };

  const subprotocol = subprotocolToken(headers.get("sec-websocket-protocol"));
  if (subprotocol !== undefined) return { token: subprotocol, credential: "subprotocol" };

  const cookie = sessionOf(headers.get("cookie"));
  return cookie === undefined ? undefined : { token: cookie, credential: "cookie" };
}

function bearerOf(authorization: string): string {
  return /^bearer /i.test(authorization) ? authorization.slice(7).trim() : "";
}

function subprotocolToken(offered: string | null): string | undefined {
  if (offered === null) return undefined;
  const found = offered.split(",").map((name) => name.trim()).find((name) => name.startsWith(BEARER_SUBPROTOCOL));
  return found?.slice(BEARER_SUBPROTOCOL.length);
}

function sessionOf(cookies: string | null): string | undefined {
  if (cookies === null) return undefined;
  for (const cookie of cookies.split(";")) {
    const [name, value] = cookie.split("=", 2);
    if (name?.trim() === SESSION_COOKIE) return value?.trim();
  }
  return undefined;
}

export interface SessionCookie {
  readonly token: string;
  readonly maxAgeSeconds: number;
  readonly secure: boolean;
}

export function sessionCookie({ token, maxAgeSeconds, secure }: SessionCookie): string {
  const cookie = `${SESSION_COOKIE}=${token}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`;
  return secure ? `${cookie}; Secure` : cookie;
}
