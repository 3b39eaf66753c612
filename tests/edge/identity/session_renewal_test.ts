import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Hono } from "hono";
import { SignJWT } from "jose";
import type { Principal } from "../../../machines/decision.ts";
import { readConfig } from "../../../src/config.ts";
import { renewingSessions } from "../../../src/edge/identity/session_renewal.ts";
import { ann, type OpenEdge, openEdge } from "../open_edge.ts";

const DAY_MS = 86_400_000;
const SECRET = "a shared secret of some 32 characters";
const guest = { sub: "gst_ann", roles: ["customer"], stores: [] } as const;

interface Pages {
  readonly edge: OpenEdge;
  /** The cookie that comes with a page. */
  visit(token: string, path?: string): Promise<string | null>;
  session(principal?: Principal): Promise<string>;
}

/** Pages in front of which sessions are renewed. */
async function openPages(): Promise<Pages> {
  const env = { JWT_SECRET: SECRET, JWT_ISSUER: "elsewhere" };
  const edge = await openEdge({ env });
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.mistakes.join("\n"));
  const app = new Hono().use(renewingSessions({ ...edge, config: read.config }));
  app.get("/", (c) => c.html("a page", 200, { "cache-control": "private, no-cache" }));
  app.get("/style.css", (c) => c.text("a style", 200, { "cache-control": "public" }));
  const visit = async (token: string, path = "/"): Promise<string | null> => {
    const response = await app.request(path, { headers: { cookie: `vitrine_session=${token}` } });
    return response.headers.get("set-cookie");
  };
  const session = (principal: Principal = guest): Promise<string> =>
    edge.tokenFor(principal, read.config.tokens.sessionTtlSeconds);
  return { edge, visit, session };
}

describe("the session of a guest who comes again", () => {
  it("lasts for as long again, once half of it is over", async () => {
    const { edge, visit, session } = await openPages();
    const token = await session();
    edge.clock.advance(14 * DAY_MS);
    expect(await visit(token)).toBeNull();
    edge.clock.advance(2 * DAY_MS);
    const cookie = await visit(token);
    expect(cookie).toContain("Max-Age=2592000; HttpOnly; SameSite=Lax");

    const renewed = /vitrine_session=([^;]+)/.exec(cookie ?? "")?.[1] ?? "";
    edge.clock.advance(20 * DAY_MS);
    const { sub, roles } = await edge.identity.verify(renewed);
    expect({ sub, roles }).toEqual({ sub: guest.sub, roles: guest.roles });
  });

  it("is not renewed with what shared caches may keep, nor when it is over", async () => {
    const { edge, visit, session } = await openPages();
    const token = await session();
    edge.clock.advance(20 * DAY_MS);
    expect(await visit(token, "/style.css")).toBeNull();
    edge.clock.advance(20 * DAY_MS);
    expect(await visit(token)).toBeNull();
    expect(await visit("nonsense")).toBeNull();
  });

  it("is not renewed for who is no guest, or not one of ours", async () => {
    const { edge, visit, session } = await openPages();
    const foreign = await new SignJWT({ roles: ["customer"] }).setProtectedHeader({ alg: "HS256" })
      .setIssuer("elsewhere").setAudience("vitrine").setSubject(guest.sub)
      .setExpirationTime(Math.floor(edge.clock.now() / 1000) + 2_592_000)
      .sign(new TextEncoder().encode(SECRET));
    const tokens = [await session(ann), foreign];
    edge.clock.advance(20 * DAY_MS);
    for (const token of tokens) {
      await edge.identity.verify(token);
      expect(await visit(token)).toBeNull();
    }
  });
});
