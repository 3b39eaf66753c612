import { z } from "zod";
import type { Actors } from "../../../actors/runtime/actors.ts";
import { addressOf, keyedText } from "../../../actors/runtime/address.ts";
import { Cursors } from "../../../actors/runtime/cursor.ts";
import type { Clock, Ids, Store } from "../../../actors/runtime/ports.ts";
import type { Principal } from "../../../machines/decision.ts";
import type { Config } from "../../config.ts";
import { answer } from "../answers.ts";
import { ANY_ROLE } from "../commands/roles.ts";
import { Wish } from "../commands/wish.ts";
import type { Deadlines } from "../deadlines.ts";
import type { Door } from "../door.ts";
import type { EdgeContext } from "../edge_env.ts";
import { sessionCookie } from "../identity/credentials.ts";
import type { CommandScopes } from "../commands/command_scopes.ts";
import type { Identity } from "../identity/identity.ts";
import { isHttps } from "../identity/origin.ts";
import { Roles, Stores, Subject } from "../identity/claims.ts";
import { invalidParams } from "../issues.ts";
import { readJson } from "../json_body.ts";
import { madeAt, repeatHeaders } from "../made_at.ts";
import { idempotencyKeyOf } from "../request_headers.ts";
import { guarded, open, type Route } from "./route.ts";

export interface SessionRouteDeps {
  readonly door: Door;
  readonly identity: Pick<Identity, "signer" | "tickets" | "checkOrigin">;
  readonly config: Pick<Config, "production" | "tokens" | "trustProxy">;
  readonly body: Deadlines;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly actors: Pick<Actors, "ask">;
  readonly store: Pick<Store, "identity">;
  readonly scopes: CommandScopes;
}

const Nothing = z.strictObject({});
/** As long as the random ids that clients make for keys. */
const SECRET_KEY_LENGTH = 20;

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

function guestSession(deps: SessionRouteDeps): Route {
  const { door, identity, config, clock, ids, store } = deps;
  return open(door, {
    method: "POST",
    path: "/api/session",
    summary: "Makes a guest, and signs them in by cookie. A repeat under the same long, random key is the same guest.",
    params: Nothing,
    async handle(c): Promise<Response> {
      // Another site's page must not be able to swap a customer's session for a new one.
      identity.checkOrigin(c.req.raw);
      await readNothing(c, deps);
      const key = secretKeyOf(c.req.raw.headers);
      const customerId = `gst_${key === undefined ? ids(24) : keyedText(store.identity.secret, `session\n${key}`, 24)}`;
      const guest = { sub: customerId, roles: ["customer"], stores: [] } as const;
      const made = key === undefined
        ? { at: clock.now(), replayed: false }
        : await madeAt(wishOf(c, { name: "session", principal: guest, key }, deps), clock);

      const { token, expiresAt } = await identity.signer.sign(guest, config.tokens.sessionTtlSeconds, made.at);
      const maxAgeSeconds = Math.max(0, Math.round((expiresAt - clock.now()) / 1000));
      const cookie = sessionCookie({ token, maxAgeSeconds, secure: isHttps(c.req.raw, config) });
      const cursor = new Cursors(store.identity).make(addressOf("customer", customerId), 0);
      const body = { token, customerId, expiresAt: new Date(expiresAt).toISOString(), cursor };
      return answer(body, { status: 201, headers: { "set-cookie": cookie, ...repeatHeaders(made) } });
    },
  });
}

function streamTicket(deps: SessionRouteDeps): Route {
  const { door, identity, clock } = deps;
  return guarded(door, {
    method: "POST",
    path: "/api/stream-tickets",
    summary: "Makes a ticket that opens one stream within a minute.",
    roles: ANY_ROLE,
    params: Nothing,
    async handle(c, caller): Promise<Response> {
      await readNothing(c, deps);
      const key = idempotencyKeyOf(c.req.raw.headers);
      if (key === undefined) return answer({ ticket: await identity.tickets.issue(caller) }, { status: 201 });

      const wish = wishOf(c, { name: "stream_ticket", principal: caller, key }, deps);
      const made = await madeAt(wish, clock);
      const ticket = await identity.tickets.issue(caller, { id: wish.newPublicId("tkt"), at: made.at });
      return answer({ ticket }, { status: 201, headers: repeatHeaders(made) });
    },
  });
}

/** Refuses a body that says something: nothing can be said here. */
async function readNothing(c: EdgeContext, { body }: SessionRouteDeps): Promise<void> {
  const said = Nothing.safeParse(await readJson(c.req.raw, body) ?? {});
  if (!said.success) throw invalidParams(said.error);
}

/** Whoever has the key of a guest has the guest, so a key that others may come upon as well counts for none. */
function secretKeyOf(headers: Headers): string | undefined {
  const key = idempotencyKeyOf(headers);
  return key === undefined || key.length < SECRET_KEY_LENGTH ? undefined : key;
}

function wishOf(
  c: EdgeContext,
  { name, principal, key }: { readonly name: string; readonly principal: Principal; readonly key: string },
  { actors, ids, store, scopes }: SessionRouteDeps,
): Wish {
  const call = { principal, idempotencyKey: key, ...c.get("trace") };
  return new Wish({ name, call, actors, ids, secret: store.identity.secret, scopes });
}

function devToken({ door, identity, body }: SessionRouteDeps): Route {
  return open(door, {
    method: "POST",
    path: "/dev/token",
    summary: "Signs a token for anybody. Absent in production.",
    params: DevToken,
    keyless: true,
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
