import { z } from "zod";
import type { Clock, Ids } from "../../../actors/runtime/ports.ts";
import type { Config } from "../../config.ts";
import { answer } from "../answers.ts";
import { ANY_ROLE } from "../commands/roles.ts";
import type { Deadlines } from "../deadlines.ts";
import type { Door } from "../door.ts";
import { sessionCookie } from "../identity/credentials.ts";
import type { Identity } from "../identity/identity.ts";
import { isHttps } from "../identity/origin.ts";
import { Roles, Stores, Subject } from "../identity/claims.ts";
import { invalidParams } from "../issues.ts";
import { readJson } from "../json_body.ts";
import { guarded, open, type Route } from "./route.ts";

export interface SessionRouteDeps {
  readonly door: Door;
  readonly identity: Pick<Identity, "signer" | "tickets" | "checkOrigin">;
  readonly config: Pick<Config, "production" | "tokens" | "trustProxy">;
  readonly body: Deadlines;
  readonly clock: Clock;
  readonly ids: Ids;
}

const DevToken = z.strictObject({
  sub: Subject,
  roles: Roles.default(["customer"]),
  stores: Stores.default([]),
  ttlSeconds: z.int().min(1).max(31_536_000).default(3600),
});

export function sessionRoutes(deps: SessionRouteDeps): readonly Route[] {
  const routes = [guestSession(deps), streamTicket(deps)];
  return deps.config.production ? routes : [...routes, devToken(deps)];
}

function guestSession({ door, identity, config, ids }: SessionRouteDeps): Route {
  return open(door, {
    method: "POST",
    path: "/api/session",
    summary: "Makes a guest, and signs them in by cookie.",
    async handle(c): Promise<Response> {
      // Another site's page must not be able to swap a customer's session for a new one.
      identity.checkOrigin(c.req.raw);
      const { sessionTtlSeconds } = config.tokens;
      const customerId = `gst_${ids(24)}`;
      const guest = { sub: customerId, roles: ["customer"], stores: [] } as const;
      const { token, expiresAt } = await identity.signer.sign(guest, sessionTtlSeconds);
      const secure = isHttps(c.req.raw, config);
      const cookie = sessionCookie({ token, maxAgeSeconds: sessionTtlSeconds, secure });
      const body = { token, customerId, expiresAt: new Date(expiresAt).toISOString() };
      return answer(body, { status: 201, headers: { "set-cookie": cookie } });
    },
  });
}

function streamTicket({ door, identity }: SessionRouteDeps): Route {
  return guarded(door, {
    method: "POST",
    path: "/api/stream-tickets",
    summary: "Makes a ticket that opens one stream within a minute.",
    roles: ANY_ROLE,
    handle: async (_c, caller) => answer({ ticket: await identity.tickets.issue(caller) }, { status: 201 }),
  });
}

function devToken({ door, identity, body }: SessionRouteDeps): Route {
  return open(door, {
    method: "POST",
    path: "/dev/token",
    summary: "Signs a token for anybody. Absent in production.",
    params: DevToken,
    async handle(c): Promise<Response> {
      identity.checkOrigin(c.req.raw);
      const wanted = DevToken.safeParse(await readJson(c.req.raw, body));
      if (!wanted.success) throw invalidParams(wanted.error);
      const { ttlSeconds, ...principal } = wanted.data;
      const { token } = await identity.signer.sign(principal, ttlSeconds);
      return answer({ token });
    },
  });
}
