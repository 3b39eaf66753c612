import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Cursors } from "../../../actors/runtime/cursor.ts";
import { ann, clerk, database, type OpenEdge, openEdge, problemIn } from "../open_edge.ts";

const PRODUCTION = { VITRINE_ENV: "production", ALLOWED_ORIGINS: "https://partner.example", TRUST_PROXY: "true" };

async function newGuest(edge: OpenEdge, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const response = await edge.call("POST /api/session", { headers });
  const { customerId, token, expiresAt } = await response.json();
  expect(response.status).toBe(201);
  expect(customerId).toMatch(/^gst_[a-z2-7]{24}$/);
  expect(Date.parse(expiresAt)).toBeGreaterThan(edge.clock.now());
  expect(response.headers.get("set-cookie")).toContain(`vitrine_session=${token};`);
  return response.headers.get("set-cookie") ?? "";
}

describe("a guest's session", () => {
  it("is signed in by a cookie that no script can read and no other site sends", async () => {
    const cookie = await newGuest(await openEdge());
    for (const attribute of ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"]) {
      expect(cookie).toContain(attribute);
    }
    expect(cookie).not.toContain("Secure");
  });

  it("has a cookie for encrypted connections alone where the client's side is encrypted", async () => {
    const edge = await openEdge({ env: PRODUCTION });
    expect(await newGuest(edge, { "x-forwarded-proto": "https" })).toContain("; Secure");
    expect(await newGuest(await openEdge(), { "x-forwarded-proto": "https" })).not.toContain("Secure");
  });

  it("begins at the beginning of the guest's feed", async () => {
    const { customerId, cursor } = await (await (await openEdge()).call("POST /api/session")).json();
    expect(cursor).toBe(new Cursors(database).make(`customer/${customerId}`, 0));
  });

  it("opens a cart", async () => {
    const edge = await openEdge();
    const [cookie = ""] = (await newGuest(edge)).split(";");
    const response = await edge.call("POST /api/carts", { headers: { cookie: `theme=dark; ${cookie}; other=1` } });
    expect(response.status).toBe(200);
    expect(edge.actors.lastAsk.principal.sub).toMatch(/^gst_/);
  });
});

describe("a guest's session asked for under an Idempotency-Key", () => {
  const under = (edge: OpenEdge, key: string): Promise<Response> =>
    edge.call("POST /api/session", { headers: { "idempotency-key": key } });

  it("is the same for a repeat, until when it lasts too", async () => {
    const edge = await openEdge();
    const key = crypto.randomUUID();
    const first = await under(edge, key);
    edge.clock.advance(60_000);
    const repeat = await under(edge, key);
    const told = await first.text();
    expect([first.headers.get("idempotent-replayed"), repeat.headers.get("idempotent-replayed")])
      .toEqual([null, "true"]);
    expect([repeat.status, await repeat.text()]).toEqual([201, told]);
    expect(JSON.parse(told).customerId).toMatch(/^gst_[a-z2-7]{24}$/);
    expect(repeat.headers.get("set-cookie")).toContain(`vitrine_session=${JSON.parse(told).token}; `);
    expect(repeat.headers.get("set-cookie")).toContain("Max-Age=2591940;");
    expect(await (await under(edge, crypto.randomUUID())).text()).not.toBe(told);
  });

  it("is nobody else's: what others may come upon as well is not taken for a key", async () => {
    const edge = await openEdge();
    for (const key of ["1", "click-1", "k".repeat(19)]) {
      const [mine, theirs] = [await under(edge, key), await under(edge, key)];
      expect([mine.status, theirs.status]).toEqual([201, 201]);
      expect(theirs.headers.get("idempotent-replayed")).toBeNull();
      expect((await mine.json()).customerId).not.toBe((await theirs.json()).customerId);
    }
    expect(edge.actors.asks).toEqual([]);
  });

  it("is answered 400 under what is no key, and with a body that means nothing", async () => {
    const edge = await openEdge();
    const bad = { status: 400, code: "invalid_request" };
    expect(await problemIn(await under(edge, "a b"))).toEqual(bad);
    expect(await problemIn(await edge.call("POST /api/session", { json: { roles: ["admin"] } }))).toEqual(bad);
    expect((await edge.call("POST /api/session", { json: {} })).status).toBe(201);
  });
});

describe("a request with a customer's cookie", () => {
  const may: readonly Readonly<Record<string, string>>[] = [
    {},
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
    { origin: "http://shop.test", "sec-fetch-site": "same-origin" },
    { origin: "https://shop.test" },
    { origin: "https://partner.example", "sec-fetch-site": "cross-site" },
  ];
  const mayNot: readonly Readonly<Record<string, string>>[] = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "https://evil.example" },
    { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
    { origin: "null" },
    { origin: "http://shop.test.evil.example" },
    { origin: "http://shop.test:8081" },
  ];

  for (const headers of may) {
    it(`may change something when it comes with ${JSON.stringify(headers)}`, async () => {
      const edge = await openEdge({ env: PRODUCTION });
      const cookie = `vitrine_session=${await edge.tokenFor(ann)}`;
      expect((await edge.call("POST /api/carts", { headers: { cookie, ...headers } })).status).toBe(200);
    });
  }

  for (const headers of mayNot) {
    it(`may not change anything when it comes with ${JSON.stringify(headers)}`, async () => {
      const edge = await openEdge({ env: PRODUCTION });
      const cookie = `vitrine_session=${await edge.tokenFor(ann)}`;
      const response = await edge.call("POST /api/carts", { headers: { cookie, ...headers } });
      expect(await problemIn(response)).toEqual({ status: 403, code: "origin_not_allowed" });
      expect(edge.actors.asks).toEqual([]);
      expect((await edge.call("POST /api/session", { headers })).status).toBe(403);
    });
  }

  it("is whoever the header says when it has a token there, too", async () => {
    const edge = await openEdge();
    const cookie = `vitrine_session=${await edge.tokenFor(clerk)}`;
    await edge.call("POST /api/carts", { as: ann, headers: { cookie, origin: "https://evil.example" } });
    expect(edge.actors.lastAsk.principal.sub).toBe("ann");
    const broken = await edge.call("POST /api/carts", { headers: { cookie, authorization: "Bearer x" } });
    expect(await problemIn(broken)).toEqual({ status: 401, code: "token_invalid" });
  });
});

describe("a development token", () => {
  it("is signed for anybody", async () => {
    const edge = await openEdge();
    const json = { sub: "clerk", roles: ["staff"], stores: ["main"], ttlSeconds: 60 };
    const response = await edge.call("POST /dev/token", { json });
    const { token } = await response.json();
    expect(response.status).toBe(200);
    await edge.call("POST /api/v1/products", { headers: { authorization: `Bearer ${token}` } });
    expect(await edge.identity.verify(token)).toMatchObject({ sub: "clerk", roles: ["staff"], stores: ["main"] });
  });

  it("is answered 400 for what no token could say", async () => {
    const edge = await openEdge();
    for (const json of [{}, { sub: "a/b" }, { sub: "ann", roles: ["king"] }, { sub: "ann", ttlSeconds: 0 }, []]) {
      expect((await edge.call("POST /dev/token", { json })).status).toBe(400);
    }
  });

  it("is an address like any that does not exist in production", async () => {
    const edge = await openEdge({ env: PRODUCTION });
    const response = await edge.call("POST /dev/token", { json: { sub: "ann" } });
    expect(await problemIn(response)).toEqual({ status: 404, code: "route_not_found" });
  });
});

describe("a stream ticket", () => {
  async function ticketFor(edge: OpenEdge): Promise<string> {
    const response = await edge.call("POST /api/stream-tickets", { as: clerk });
    expect(response.status).toBe(201);
    return (await response.json()).ticket;
  }
  const open = (edge: OpenEdge, ticket: string): Promise<unknown> =>
    edge.identity.authenticateStream(new Request(`http://shop.test/sse/storefront?ticket=${ticket}`));

  it("admits whoever it was made for, once", async () => {
    const edge = await openEdge();
    const ticket = await ticketFor(edge);
    expect(await open(edge, ticket)).toMatchObject({
      sub: "clerk",
      roles: ["staff"],
      stores: ["main"],
      credential: "ticket",
    });
    await expect(open(edge, ticket)).rejects.toMatchObject({ code: "ticket_used" });
  });

  it("is the same for a repeat under the same Idempotency-Key, and admits once", async () => {
    const edge = await openEdge();
    const [clerks, anns] = [await edge.tokenFor(clerk), await edge.tokenFor(ann)];
    const issue = (token: string): Promise<Response> => {
      const headers = { authorization: `Bearer ${token}`, "idempotency-key": "k" };
      return edge.call("POST /api/stream-tickets", { headers });
    };
    const first = await issue(clerks);
    edge.clock.advance(30_000);
    const repeat = await issue(clerks);
    expect(repeat.headers.get("idempotent-replayed")).toBe("true");
    const { ticket } = await first.json();
    expect((await repeat.json()).ticket).toBe(ticket);
    expect((await (await issue(anns)).json()).ticket).not.toBe(ticket);
    await open(edge, ticket);
    await expect(open(edge, ticket)).rejects.toMatchObject({ code: "ticket_used" });
  });

  it("lasts a minute", async () => {
    const edge = await openEdge();
    const ticket = await ticketFor(edge);
    edge.clock.advance(60_000);
    await expect(open(edge, ticket)).rejects.toMatchObject({ code: "token_expired" });
  });

  it("dies with the token that it was bought with", async () => {
    const edge = await openEdge();
    const headers = { authorization: `Bearer ${await edge.tokenFor(clerk, 10)}` };
    const { ticket } = await (await edge.call("POST /api/stream-tickets", { headers })).json();
    edge.clock.advance(11_000);
    await expect(open(edge, ticket)).rejects.toMatchObject({ code: "token_expired" });
  });

  it("is no token, nor a token a ticket", async () => {
    const edge = await openEdge();
    const authorization = `Bearer ${await ticketFor(edge)}`;
    expect((await edge.call("POST /api/carts", { headers: { authorization } })).status).toBe(401);
    await expect(open(edge, await edge.tokenFor(ann))).rejects.toMatchObject({ code: "token_invalid" });
    for (const forged of ["", "x", "a.b.c"]) {
      await expect(open(edge, forged)).rejects.toMatchObject({ code: "token_invalid" });
    }
  });
});
