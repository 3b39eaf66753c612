import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { partitionOf } from "../../actors/runtime/address.ts";
import type { Principal } from "../../machines/decision.ts";
import { until } from "../harness/until.ts";
import { admin, ann, bob, database, type OpenEdge, openEdge, problemIn } from "./open_edge.ts";
import { openShop } from "./open_shop.ts";
import { accepted } from "./scripted_actors.ts";
import { cartOf } from "./shop_ids.ts";

const MERGE = "POST /api/session/merge";

const CartShown = z.object({
  cartId: z.string(),
  customerId: z.string(),
  status: z.string(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.int() })),
  cursor: z.string(),
});

type CartShown = z.infer<typeof CartShown>;

/** Whoever came without a name. */
interface Guest extends Principal {
  readonly token: string;
  readonly cartId: string;
}

async function ok(response: Promise<Response>): Promise<CartShown> {
  const answer = await response;
  const body = await answer.json();
  expect([answer.status, body.code]).toEqual([answer.ok ? answer.status : 200, undefined]);
  return CartShown.parse(body);
}

/** A guest with that many mugs in a cart; with `near`, one whose actors share the partition of that customer's. */
async function guestWithMugs(
  edge: OpenEdge,
  { mugs, near }: { readonly mugs: number; readonly near?: Principal },
): Promise<Guest> {
  const { token, customerId } = await sessionNear(edge, near);
  const guest = { sub: customerId, roles: ["customer"], stores: [] } as const;
  const { cartId } = await ok(edge.call("POST /api/carts", { as: guest }));
  if (mugs > 0) await ok(add(edge, { as: guest, cartId, quantity: mugs }));
  return { ...guest, token, cartId };
}

async function sessionNear(
  edge: OpenEdge,
  near: Principal | undefined,
): Promise<{ readonly token: string; readonly customerId: string }> {
  const partition = ({ sub }: Pick<Principal, "sub">): number => partitionOf(`customer/${sub}`, database.partitions);
  for (;;) {
    const session = await (await edge.call("POST /api/session")).json();
    const isNear = partition({ sub: session.customerId }) === partition(near ?? ann);
    if (isNear === (near !== undefined)) return session;
  }
}

interface Adding {
  readonly as: Principal;
  readonly cartId: string;
  readonly quantity: number;
  readonly key?: string;
}

function add(edge: OpenEdge, { as, cartId, quantity, key = crypto.randomUUID() }: Adding): Promise<Response> {
  const json = { sku: "MUG", quantity };
  return edge.call(`POST /api/carts/${cartId}/items`, { as, json, headers: { "idempotency-key": key } });
}

async function openMugShop(): Promise<Awaited<ReturnType<typeof openShop>>> {
  const shop = await openShop();
  const json = { sku: "MUG", name: "Mug", price: { minor: 450, currency: "GBP" }, stock: 99 };
  await shop.edge.call("POST /api/v1/products", { as: admin, json });
  return shop;
}

/** How many mugs are in that customer's cart. */
async function mugsOf(edge: OpenEdge, as: Principal): Promise<number> {
  const { lines } = await ok(edge.call("POST /api/carts", { as }));
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

describe("a guest who signs in", () => {
  for (const near of [undefined, ann]) {
    const where = near === undefined ? "another partition" : "the customer's own partition";

    it(`finds the cart's lines in the customer's, coming from ${where}`, async () => {
      await using shop = await openMugShop();
      const { edge } = shop;
      const { cartId } = await ok(edge.call("POST /api/carts", { as: ann }));
      await ok(add(edge, { as: ann, cartId, quantity: 1 }));
      const guest = await guestWithMugs(edge, { mugs: 2, near });
      const merged = await ok(edge.call(MERGE, { as: ann, json: { guestToken: guest.token } }));
      expect(merged).toMatchObject({ cartId, customerId: "ann", lines: [{ sku: "MUG", quantity: 3 }] });
    });

    it(`gets a cart where the customer has none, coming from ${where}`, async () => {
      await using shop = await openMugShop();
      const { edge } = shop;
      const guest = await guestWithMugs(edge, { mugs: 2, near });
      const merged = await ok(edge.call(MERGE, { as: ann, json: { guestToken: guest.token } }));
      expect(merged).toMatchObject({ customerId: "ann", status: "open", lines: [{ sku: "MUG", quantity: 2 }] });
    });
  }

  it("has the cart moved once, with a key and without", async () => {
    await using shop = await openMugShop();
    const { edge } = shop;
    const guest = await guestWithMugs(edge, { mugs: 2 });
    const wish = { as: ann, json: { guestToken: guest.token }, headers: { "idempotency-key": "login" } };
    const first = await edge.call(MERGE, wish);
    await ok(edge.call(`PATCH /api/carts/${(await first.clone().json()).cartId}/items/MUG`, {
      as: ann,
      json: { quantity: 5 },
    }));
    const repeat = await edge.call(MERGE, wish);
    expect([repeat.status, repeat.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
    expect(await repeat.text()).toBe(await first.text());

    await ok(edge.call(MERGE, { as: ann, json: { guestToken: guest.token } }));
    expect(await mugsOf(edge, ann)).toBe(5);
    const other = await guestWithMugs(edge, { mugs: 1 });
    const reused = await edge.call(MERGE, { ...wish, json: { guestToken: other.token } });
    expect(await problemIn(reused)).toEqual({ status: 422, code: "idempotency_key_reused" });
  });

  it("is told the same again when the guest's token has expired meanwhile", async () => {
    await using shop = await openMugShop();
    const { edge } = shop;
    const guest = await guestWithMugs(edge, { mugs: 2 });
    const guestToken = await edge.tokenFor(guest, 1);
    const wish = { as: ann, json: { guestToken }, headers: { "idempotency-key": "login" } };
    const first = await ok(edge.call(MERGE, wish));
    const isGone = (): Promise<boolean> => edge.identity.verify(guestToken).then(() => false, () => true);
    await until(isGone, { what: () => "the token to expire" });

    expect(await ok(edge.call(MERGE, wish))).toEqual(first);
    const anew = await edge.call(MERGE, { ...wish, headers: { "idempotency-key": "another" } });
    expect(await problemIn(anew)).toEqual({ status: 400, code: "invalid_request" });
  });

  it("chooses whose lines stay", async () => {
    await using shop = await openMugShop();
    const { edge } = shop;
    const { cartId } = await ok(edge.call("POST /api/carts", { as: ann }));
    await ok(add(edge, { as: ann, cartId, quantity: 1 }));
    const left = await guestWithMugs(edge, { mugs: 2 });
    await ok(edge.call(MERGE, { as: ann, json: { guestToken: left.token, strategy: "keep_mine" } }));
    expect(await mugsOf(edge, ann)).toBe(1);
    const taken = await guestWithMugs(edge, { mugs: 4 });
    await ok(edge.call(MERGE, { as: ann, json: { guestToken: taken.token, strategy: "take_guest" } }));
    expect(await mugsOf(edge, ann)).toBe(4);
  });

  it("loses nothing that a slow tab puts into the old cart", async () => {
    await using shop = await openMugShop();
    const { edge } = shop;
    const guest = await guestWithMugs(edge, { mugs: 2 });
    const { cartId } = await ok(edge.call(MERGE, { as: ann, json: { guestToken: guest.token } }));
    const late = { as: ann, cartId: guest.cartId, quantity: 1, key: "slow" };
    for (let time = 1; time <= 3; time++) expect(await ok(add(edge, late))).toMatchObject({ cartId });
    expect(await mugsOf(edge, ann)).toBe(3);

    const at = `/api/carts/${guest.cartId}/items/MUG`;
    expect(await ok(edge.call(`PATCH ${at}`, { as: ann, json: { quantity: 7 } }))).toMatchObject({ cartId });
    expect(await ok(edge.call(`DELETE ${at}`, { as: ann }))).toMatchObject({ cartId, lines: [] });
  });

  it("is told with the old token where the cart went, and others are told nothing", async () => {
    await using shop = await openMugShop();
    const { edge } = shop;
    const guest = await guestWithMugs(edge, { mugs: 2 });
    const { cartId } = await ok(edge.call(MERGE, { as: ann, json: { guestToken: guest.token } }));
    const refused = await add(edge, { as: guest, cartId: guest.cartId, quantity: 1 });
    expect(await refused.json()).toMatchObject({ status: 409, code: "cart_moved", movedTo: cartId });
    const foreign = await add(edge, { as: bob, cartId: guest.cartId, quantity: 1 });
    expect(await problemIn(foreign)).toEqual({ status: 404, code: "not_found" });
    expect(await mugsOf(edge, ann)).toBe(2);
  });

  it("loses no add that races the login, in whatever tab", async () => {
    await using shop = await openMugShop();
    const { edge } = shop;
    const guest = await guestWithMugs(edge, { mugs: 1 });
    const adds = Array.from(
      { length: 40 },
      (_, n) => add(edge, { as: n % 2 === 0 ? guest : ann, cartId: guest.cartId, quantity: 1 }),
    );
    const logins = Array.from({ length: 3 }, () => edge.call(MERGE, { as: ann, json: { guestToken: guest.token } }));
    const answers = await Promise.all(adds);
    await Promise.all(logins.map(ok));
    const accepted = answers.filter((answer) => answer.ok).length;
    await until(async () => await mugsOf(edge, ann) === accepted + 1, { what: () => "every mug that was accepted" });
  });

  it("hears of it in both feeds", async () => {
    await using shop = await openMugShop();
    const { edge, store } = shop;
    const guest = await guestWithMugs(edge, { mugs: 2 });
    const { cartId } = await ok(edge.call(MERGE, { as: ann, json: { guestToken: guest.token } }));
    const heard = async (sub: string): Promise<unknown> => {
      const events = await store.events([{ address: `customer/${sub}`, after: 0, upTo: 99 }], 99);
      return JSON.parse(events.findLast(({ type }) => type === "cart_updated")?.dataJson ?? "null");
    };
    expect(await heard(guest.sub)).toMatchObject({ cartId: guest.cartId, status: "sealed", itemCount: 0 });
    expect(await heard("ann")).toMatchObject({ cartId, status: "open", itemCount: 2 });
  });
});

describe("a merge", () => {
  it("is not for guests", async () => {
    const edge = await openEdge();
    const guest: Principal = { sub: "gst_aaaaaaaaaaaaaaaaaaaaaaaa", roles: ["customer"], stores: [] };
    const refused = await edge.call(MERGE, { as: guest, json: { guestToken: await edge.tokenFor(guest) } });
    expect(await problemIn(refused)).toEqual({ status: 403, code: "forbidden" });
  });

  it("takes the token of a guest, one that counts", async () => {
    const edge = await openEdge();
    const guest: Principal = { sub: "gst_aaaaaaaaaaaaaaaaaaaaaaaa", roles: ["customer"], stores: [] };
    const expired = await edge.tokenFor(guest, -1);
    for (const guestToken of [await edge.tokenFor(bob), expired, "a.b.c", "", guest.sub, undefined]) {
      const refused = await edge.call(MERGE, { as: ann, json: { guestToken } });
      expect(await problemIn(refused)).toEqual({ status: 400, code: "invalid_request" });
    }
    const odd = await edge.call(MERGE, { as: ann, json: { guestToken: await edge.tokenFor(guest), strategy: "mine" } });
    expect(await problemIn(odd)).toEqual({ status: 400, code: "invalid_request" });
    expect(edge.actors.asks).toEqual([]);
  });

  it("asks the guest on the guest's own word, under the customer's key", async () => {
    const edge = await openEdge();
    const guest: Principal = { sub: "gst_aaaaaaaaaaaaaaaaaaaaaaaa", roles: ["customer"], stores: [] };
    edge.actors.script = () => accepted({ cartId: cartOf("ann") });
    const headers = { "idempotency-key": "login" };
    await edge.call(MERGE, { as: ann, json: { guestToken: await edge.tokenFor(guest) }, headers });
    const asked = edge.actors.asks.map(({ to, principal, command }) => [to, principal.sub, command.type]);
    expect(asked).toEqual([
      ["customer/ann", "ann", "open_cart"],
      [`customer/${guest.sub}`, guest.sub, "give_cart"],
      ["customer/ann", "ann", "open_cart"],
    ]);
    const ids = edge.actors.asks.map(({ commandId }) => commandId);
    for (const id of ids) expect(id).toMatch(/^[a-z2-7]{12}:login$/);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });
});
