import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { productDetail } from "../../src/web/product_detail.ts";
import { admin, ann, clerk, type OpenEdge, openEdge, problemIn } from "./open_edge.ts";
import { openShop } from "./open_shop.ts";
import { accepted, actorError } from "./scripted_actors.ts";

const MUG = { sku: "MUG", name: "Mug", price: { minor: 450, currency: "GBP" } };
const CREATE = "POST /api/v1/products";
const ADJUST = "POST /api/v1/products/MUG/stock";

async function available(edge: OpenEdge): Promise<unknown> {
  return (await (await edge.call("GET /api/v1/products/MUG")).json()).available;
}

describe("a product's stock", () => {
  it("is received with the product, once, however often that is repeated", async () => {
    await using shop = await openShop();
    const { edge } = shop;
    const wish = { as: admin, json: { ...MUG, stock: 5 }, headers: { "idempotency-key": "new" } };
    const twins = await Promise.all(Array.from({ length: 5 }, () => edge.call(CREATE, wish)));
    expect(twins.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(await available(edge)).toBe(5);

    const keyless = await edge.call(CREATE, { as: admin, json: { ...MUG, stock: 7 } });
    expect(await problemIn(keyless)).toEqual({ status: 409, code: "product_exists" });
    const other = await edge.call(CREATE, { ...wish, json: { ...MUG, stock: 6 } });
    expect(await problemIn(other)).toEqual({ status: 422, code: "idempotency_key_reused" });
    expect(await available(edge)).toBe(5);
  });

  it("is received by the repeat when the first time got no further than the listing", async () => {
    const edge = await openEdge();
    const wish = { as: admin, json: { ...MUG, stock: 5 }, headers: { "idempotency-key": "new" } };
    edge.actors.script = ({ to }) => {
      if (to === "stock/MUG") throw actorError("unavailable");
      return accepted({});
    };
    expect((await edge.call(CREATE, wish)).status).toBe(503);
    edge.actors.script = () => accepted({});
    expect((await edge.call(CREATE, wish)).status).toBe(201);
    expect(edge.actors.lastAsk).toMatchObject({ to: "stock/MUG", fresh: false, command: { quantity: 5 } });
  });

  it("is what the product's own page says", async () => {
    await using shop = await openShop();
    await shop.edge.call(CREATE, { as: admin, json: { ...MUG, stock: 5 } });
    expect(await productDetail("MUG", shop.actors)).toMatchObject({ name: "Mug", available: 5 });
    expect(await productDetail("NONE", shop.actors)).toBeUndefined();
  });

  it("is none when none is said, and endless for what is not stocked", async () => {
    await using shop = await openShop();
    const { edge } = shop;
    await edge.call(CREATE, { as: admin, json: MUG });
    expect(await available(edge)).toBe(0);
    await edge.call(CREATE, { as: admin, json: { ...MUG, sku: "WRAPPING", stocked: false } });
    expect((await (await edge.call("GET /api/v1/products/WRAPPING")).json()).available).toBe(10_000);
  });

  for (const stock of [0, -1, 1.5, "5", null]) {
    it(`cannot be ${JSON.stringify(stock)} to begin with`, async () => {
      await using shop = await openShop();
      const refused = await shop.edge.call(CREATE, { as: admin, json: { ...MUG, stock } });
      expect(await problemIn(refused)).toEqual({ status: 400, code: "invalid_request" });
    });
  }

  it("is not for products that are not stocked", async () => {
    await using shop = await openShop();
    const refused = await shop.edge.call(CREATE, { as: admin, json: { ...MUG, stocked: false, stock: 1 } });
    expect(await problemIn(refused)).toEqual({ status: 400, code: "invalid_request" });
  });

  it("is adjusted up, and down to nothing, and no further", async () => {
    await using shop = await openShop();
    const { edge } = shop;
    await edge.call(CREATE, { as: admin, json: { ...MUG, stock: 5 } });
    const adjust = (delta: number): Promise<Response> =>
      edge.call(ADJUST, { as: admin, json: { delta, reason: "counted" } });
    expect(await (await adjust(2)).json()).toMatchObject({ sku: "MUG", onHand: 7, available: 7 });
    expect(await (await adjust(-7)).json()).toMatchObject({ available: 0 });
    const refused = await adjust(-1);
    expect(await refused.json()).toMatchObject({ status: 409, code: "stock_would_be_negative", available: 0 });
    expect(await available(edge)).toBe(0);
  });

  it("is adjusted once, however often that is repeated, and by admins alone", async () => {
    await using shop = await openShop();
    const { edge } = shop;
    const wish = { json: { delta: 3, reason: "found" }, headers: { "idempotency-key": "shelf-9" } };
    for (const as of [ann, clerk]) expect((await edge.call(ADJUST, { as, ...wish })).status).toBe(403);
    await edge.call(CREATE, { as: admin, json: MUG });
    await edge.call(ADJUST, { as: admin, ...wish });
    expect((await edge.call(ADJUST, { as: admin, ...wish })).headers.get("idempotent-replayed")).toBe("true");
    expect(await available(edge)).toBe(3);
  });
});
