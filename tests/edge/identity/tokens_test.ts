import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { ann, type OpenEdge, openEdge, problemIn } from "../open_edge.ts";

const SECRET = new TextEncoder().encode("a shared secret of some 32 characters");

interface Forgery {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: Uint8Array;
  readonly issuer?: string;
  readonly audience?: string;
  readonly subject?: string;
  /** Seconds from now; null: none. */
  readonly expiresIn?: number | null;
}

function sign(edge: OpenEdge, forgery: Forgery = {}): Promise<string> {
  const { claims = { roles: ["customer"] }, key = SECRET, issuer = "vitrine", audience = "vitrine" } = forgery;
  const { subject = "ann", expiresIn = 60 } = forgery;
  const now = Math.floor(edge.clock.now() / 1000);
  const token = new SignJWT(claims).setProtectedHeader({ alg: "HS256" })
    .setIssuer(issuer).setAudience(audience).setSubject(subject);
  return (expiresIn === null ? token : token.setExpirationTime(now + expiresIn)).sign(key);
}

async function codeFor(edge: OpenEdge, token: string): Promise<unknown> {
  const response = await edge.call("POST /api/carts", { headers: { authorization: `Bearer ${token}` } });
  if (response.ok) return "ok";
  const { status, code } = await problemIn(response);
  expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
  expect(status).toBe(401);
  return code;
}

describe("a token", () => {
  it("of somebody who shares the secret counts", async () => {
    const edge = await openEdge();
    expect(await codeFor(edge, await sign(edge, { claims: { roles: ["customer", "other"], stores: [] } }))).toBe("ok");
    expect(edge.actors.lastAsk.principal).toEqual({ sub: "ann", roles: ["customer"], stores: [] });
  });

  it("without roles is a customer's", async () => {
    const edge = await openEdge();
    expect(await codeFor(edge, await sign(edge, { claims: {} }))).toBe("ok");
    expect(edge.actors.lastAsk.principal.roles).toEqual(["customer"]);
  });

  const forgeries: readonly [string, Forgery, string][] = [
    [
      "signed with another key",
      { key: new TextEncoder().encode("another secret of some 32 characters") },
      "token_invalid",
    ],
    ["of another issuer", { issuer: "elsewhere" }, "token_invalid"],
    ["for another audience", { audience: "elsewhere" }, "token_invalid"],
    ["that has expired", { expiresIn: -1 }, "token_expired"],
    ["that expires this very second", { expiresIn: 0 }, "token_expired"],
    ["that never expires", { expiresIn: null }, "token_invalid"],
    ["whose subject could be no customer", { subject: "../root" }, "token_invalid"],
    ["whose subject is empty", { subject: "" }, "token_invalid"],
    ["whose subject is too long", { subject: "a".repeat(101) }, "token_invalid"],
    ["whose roles are no list", { claims: { roles: "admin" } }, "token_invalid"],
    ["whose stores are no texts", { claims: { roles: ["staff"], stores: [1] } }, "token_invalid"],
    ["that is for later", { claims: { nbf: Date.UTC(2030, 0, 1) / 1000 } }, "token_invalid"],
  ];
  for (const [what, forgery, code] of forgeries) {
    it(`${what} does not count`, async () => {
      const edge = await openEdge();
      expect(await codeFor(edge, await sign(edge, forgery))).toBe(code);
      expect(edge.actors.asks).toEqual([]);
    });
  }

  it("that is not signed does not count", async () => {
    const edge = await openEdge();
    const unsigned = new UnsecuredJWT({ roles: ["admin"] })
      .setSubject("ann").setIssuer("vitrine").setAudience("vitrine").setExpirationTime("1h").encode();
    expect(await codeFor(edge, unsigned)).toBe("token_invalid");
    const [, payload] = unsigned.split(".");
    for (const alg of ["none", "None", "NONE", "nOnE"]) {
      expect(await codeFor(edge, `${btoa(JSON.stringify({ alg })).replaceAll("=", "")}.${payload}.`)).toBe(
        "token_invalid",
      );
    }
  });

  it("signed with a private key does not count where no public keys are configured", async () => {
    const edge = await openEdge();
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    const claims = { roles: ["admin"], iss: "vitrine", aud: "vitrine", sub: "ann", exp: 4e9 };
    const jwk = await exportJWK(publicKey);
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", jwk }).sign(privateKey);
    expect(await codeFor(edge, token)).toBe("token_invalid");
  });

  for (const text of ["", "x", "a.b.c", "a.b", ".", "..", "é", "x".repeat(100_000), "eyJhbGciOiJIUzI1NiJ9.e30."]) {
    it(`cannot be ${JSON.stringify(text.slice(0, 20))}`, async () => {
      const edge = await openEdge();
      expect(await codeFor(edge, text)).toBe("token_invalid");
    });
  }

  it("still counts for a message that was handed in before it expired, and for nothing newer", async () => {
    const edge = await openEdge();
    const token = await sign(edge, { expiresIn: 60 });
    const handedIn = edge.clock.now();
    edge.clock.advance(3_600_000);
    expect(await edge.identity.verifyAt(token, handedIn + 59_000)).toMatchObject({ sub: "ann" });
    await expect(edge.identity.verifyAt(token, handedIn + 60_000)).rejects.toMatchObject({ code: "token_expired" });
    expect(await codeFor(edge, token)).toBe("token_expired");
    await expect(edge.identity.verifyAt("a.b.c", handedIn)).rejects.toMatchObject({ code: "token_invalid" });
  });

  it("counts no longer when it expires, however often it was good before", async () => {
    const edge = await openEdge();
    const token = await sign(edge, { expiresIn: 60 });
    for (let use = 0; use < 3; use++) expect(await codeFor(edge, token)).toBe("ok");
    edge.clock.advance(59_000);
    expect(await codeFor(edge, token)).toBe("ok");
    edge.clock.advance(1000);
    expect(await codeFor(edge, token)).toBe("token_expired");
  });

  it("is needed", async () => {
    const edge = await openEdge();
    const response = await edge.call("POST /api/carts");
    expect(await problemIn(response)).toEqual({ status: 401, code: "unauthenticated" });
  });

  it("comes by the scheme Bearer and no other", async () => {
    const edge = await openEdge();
    const token = await edge.tokenFor(ann);
    for (const [scheme, status] of [["Bearer", 200], ["bearer", 200], ["Basic", 401], ["Token", 401]] as const) {
      const headers = { authorization: `${scheme} ${token}` };
      expect((await edge.call("POST /api/carts", { headers })).status).toBe(status);
    }
    const inUrl = await edge.call(`POST /api/carts?access_token=${token}&token=${token}&ticket=${token}`);
    expect(inUrl.status).toBe(401);
  });

  it("never shows in a log", async () => {
    const edge = await openEdge();
    const token = await edge.tokenFor(ann);
    edge.actors.script = () => {
      throw new Error("broken");
    };
    await edge.call("POST /api/carts", { headers: { authorization: `Bearer ${token}` } });
    expect(edge.lines.length).toBe(1);
    expect(Deno.inspect(edge.lines, { depth: 20, strAbbreviateSize: 1e6 })).not.toContain(token.slice(-20));
  });
});
