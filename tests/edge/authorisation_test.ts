import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { kindOf } from "../../actors/runtime/address.ts";
import type { Principal, Role } from "../../machines/decision.ts";
import type { Route } from "../../src/edge/routes/route.ts";
import { admin, ann, bob, clerk, type OpenEdge, openEdge } from "./open_edge.ts";
import { actorError, refused } from "./scripted_actors.ts";
import { cartOf, checkoutOf, mug, orderOf } from "./shop_ids.ts";

const nobody: Principal = { sub: "nobody", roles: [], stores: [] };
const PRINCIPALS: readonly Principal[] = [ann, bob, clerk, admin, nobody];

/** A body that each address would take. */
const BODIES: Readonly<Record<string, unknown>> = {
  "POST /api/carts/:cartId/items": { sku: "MUG", quantity: 1 },
  "PATCH /api/carts/:cartId/items/:sku": { quantity: 1 },
  "PUT /api/checkouts/:checkoutId/address": { name: "A", line1: "B", city: "C", postcode: "D", country: "GB" },
  "PUT /api/checkouts/:checkoutId/payment-method": { method: "card" },
  "POST /api/v1/orders/:orderId/ship": { carrier: "Post", trackingNumber: "1" },
  "POST /api/v1/products": { sku: "MUG", name: "Mug", price: { minor: 1, currency: "GBP" } },
  "POST /api/v1/products/:sku/stock": { delta: 1, reason: "found" },
  "POST /api/v1/stock/:sku/receive": { quantity: 1 },
  "POST /api/v1/stock/:sku/adjust": { delta: 1, reason: "found" },
  "POST /dev/token": { sub: "ann" },
};

const NAMES_A_CART = /^POST .*\/(checkouts|orders)$/;

/** Whose things an address names. */
interface Named {
  readonly sub: string;
  readonly rest?: string;
}

/** A request to that address, naming what is somebody's, or something `forged`. */
function request(route: Route, { sub, rest }: Named, forged?: string): readonly [string, unknown] {
  const address = `${route.method} ${route.path}`;
  const cartId = forged ?? cartOf(sub, rest);
  const named = address
    .replace(":cartId", cartId)
    .replace(":checkoutId", forged ?? checkoutOf(sub, rest))
    .replace(":orderId", forged ?? orderOf(sub, rest))
    .replace(":customerId", sub)
    .replace(":sku", "MUG");
  return [named, NAMES_A_CART.test(address) ? { cartId } : BODIES[address]];
}

/** Ann has one cart and one order; like the real ones, the actors answer everybody else as if they had not. */
async function annsShop(): Promise<OpenEdge> {
  const edge = await openEdge();
  const works = ({ roles }: Principal): boolean => roles.some((role: Role) => role !== "customer");
  const own = (sub: string, principal: Principal): boolean => principal.sub === sub || works(principal);
  edge.actors.show("product/MUG", mug());
  edge.actors.script = ({ to, principal, command }) => {
    const target = "cartId" in command && command.type === "start" ? `cart/${command.cartId}` : to;
    const isPrivate = ["cart", "order"].includes(kindOf(to));
    const exists = target === `cart/${cartOf("ann")}` || target === `order/${orderOf("ann")}`;
    if (isPrivate && !(exists && own("ann", principal))) return refused("not_found");
    return {
      ok: true,
      replyJson: '{"customerId":"ann","orderId":"ord_x"}',
      version: 1,
      cursor: "c",
      ownCursor: "o",
      replayed: false,
    };
  };
  const order = { orderId: orderOf("ann"), customerId: "ann", storeId: "main", status: "PAID", allowed: [] };
  edge.actors.show(`order/${orderOf("ann")}`, order, (principal) => own("ann", principal));
  const cart = {
    cartId: cartOf("ann"),
    customerId: "ann",
    checkoutId: checkoutOf("ann"),
    lines: [],
    itemCount: 0,
    cursor: "c",
  };
  const shown = { ...cart, totalAmount: { minor: 0, currency: "GBP" } };
  edge.actors.show(`cart/${cartOf("ann")}`, shown, (principal) => own("ann", principal));
  for (const sub of ["ann", "bob"]) {
    edge.actors.show(`customer/${sub}`, { cart: null }, (principal) => own(sub, principal));
  }
  return edge;
}

interface Seen {
  readonly status: number;
  readonly body: string;
}

async function see(edge: OpenEdge, [address, json]: readonly [string, unknown], as?: Principal): Promise<Seen> {
  const headers = { "idempotency-key": crypto.randomUUID() };
  const response = await edge.call(address, { as, json, headers });
  return { status: response.status, body: await response.text() };
}

const { routes } = await annsShop();
const guarded = routes.filter(({ access }) => access !== "anybody");
const naming = guarded.filter(({ path, method, access }) =>
  access.includes("customer") && (/:(cartId|checkoutId|orderId)/.test(path) || NAMES_A_CART.test(`${method} ${path}`))
);

describe("every address", () => {
  it("is in the table", () => {
    expect(guarded.length).toBeGreaterThan(20);
    expect(naming.length).toBeGreaterThan(12);
  });

  for (const route of guarded) {
    it(`${route.method} ${route.path} is for callers in its roles alone`, async () => {
      const edge = await annsShop();
      expect((await see(edge, request(route, { sub: "ann" }))).status).toBe(401);
      for (const principal of PRINCIPALS) {
        const mayEnter = principal.roles.some((role) => route.access.includes(role));
        const { status } = await see(edge, request(route, { sub: "ann" }), principal);
        expect([principal.sub, status === 403]).toEqual([principal.sub, !mayEnter]);
      }
    });
  }
});

describe("an id in the address", () => {
  for (const route of naming) {
    const title = `${route.method} ${route.path}`;

    it(`of ${title} that is foreign is answered like one that is missing, byte for byte`, async () => {
      const edge = await annsShop();
      const foreign = await see(edge, request(route, { sub: "ann" }), bob);
      // Nothing of ann's is in bob's slot: not even a look is wasted on it, unless a guest's cart may have moved to bob.
      const looks = [...edge.actors.asks, ...edge.actors.reads];
      expect(looks.length > 0).toBe(route.path.startsWith("/api/carts/:cartId/items"));
      const missing = await see(edge, request(route, { sub: "bob", rest: "b" }), bob);
      expect(foreign.status).toBe(404);
      expect(missing).toEqual(foreign);
    });

    it(`of ${title} that no id looks like is answered 404 and reaches no actor`, async () => {
      const edge = await annsShop();
      for (const forged of ["1", "..", "crt_", "ord_~", cartOf("ann").toUpperCase(), `${orderOf("ann")}a`]) {
        const forgery = request(route, { sub: "ann" }, forged);
        expect([forged, (await see(edge, forgery, ann)).status]).toEqual([forged, 404]);
      }
      expect(edge.actors.asks).toEqual([]);
      expect(edge.actors.reads).toEqual([]);
    });
  }

  it("of a customer's page is theirs alone", async () => {
    const edge = await annsShop();
    expect((await see(edge, ["GET /api/carts/ann/view", undefined], ann)).status).toBe(200);
    for (const as of [bob, { ...bob, roles: ["customer", "admin"] as const }]) {
      expect((await see(edge, ["GET /api/carts/ann/view", undefined], as)).status).toBe(404);
    }
  });

  it("is looked at no further when an actor says that it is not readable", async () => {
    const edge = await annsShop();
    edge.actors.script = () => {
      throw actorError("not_readable");
    };
    const { status, body } = await see(edge, [`POST /api/v1/orders/${orderOf("ann")}/cancel`, undefined], ann);
    expect([status, JSON.parse(body).code]).toEqual([404, "not_found"]);
  });
});
