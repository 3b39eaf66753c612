import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { addressOf } from "../../actors/runtime/address.ts";
import { fillCart } from "../../src/import/cart_filling.ts";
import { replayCredit } from "../../src/import/credit_replay.ts";
import type { CreditStep, SaleStep } from "../../src/import/import_steps.ts";
import { orderIdOf } from "../../src/import/import_steps.ts";
import { SaleAttempt } from "../../src/import/sale_attempt.ts";
import { replaySale, type SaleReplayOptions } from "../../src/import/sale_replay.ts";
import { MemoryShop } from "./memory_shop.ts";

const mugs: SaleStep = {
  kind: "sale",
  key: "sale:536365",
  invoiceNo: "536365",
  customerId: "cus_17850",
  day: "2010-12-01",
  lines: [
    { sku: "85123A", name: "Red mug", quantity: 6, unitMinor: 255 },
    { sku: "85123A", name: "Red mug", quantity: 1, unitMinor: 0 },
    { sku: "POST", name: "Postage", quantity: 1, unitMinor: 1_800 },
  ],
};

function optionsFor({ desk, secret }: MemoryShop): SaleReplayOptions {
  return { desk, secret, storeId: "main", currency: "GBP", listMinorOf: (sku) => sku === "85123A" ? 295 : undefined };
}

function read(shop: MemoryShop, orderId: string): Promise<unknown> {
  return shop.desk.read(addressOf("order", orderId));
}

describe("a sale that is replayed", () => {
  it("is an order of its customer that went all the way, with the prices of the invoice", async () => {
    await using shop = await MemoryShop.open();
    await shop.receive("85123A", 7);
    const orderId = await replaySale(mugs, { ...optionsFor(shop), known: undefined });

    expect(await read(shop, orderId)).toMatchObject({
      customerId: "cus_17850",
      storeId: "main",
      status: "DELIVERED",
      totalAmount: { minor: 3_330, currency: "GBP" },
      payment: { status: "captured", method: "invoice" },
      shipment: { trackingNumber: "536365" },
      history: ["PENDING", "PAID", "ACCEPTED", "READY", "SHIPPED", "DELIVERED"].map((status) => {
        return expect.objectContaining({ status });
      }),
    });
    await shop.untilStock("85123A", { available: 0, sold: 7 });
  });

  it("is sold once, however often it is replayed", async () => {
    await using shop = await MemoryShop.open();
    await shop.receive("85123A", 7);
    const options = optionsFor(shop);
    const first = await replaySale(mugs, { ...options, known: undefined });

    for (const known of [undefined, "PENDING", "PAID", "SHIPPED", "DELIVERED"]) {
      expect(await replaySale(mugs, { ...options, known })).toBe(first);
    }
    await shop.untilStock("85123A", { sold: 7 });
  });

  it("goes on with the cart that an earlier run has filled", async () => {
    await using shop = await MemoryShop.open();
    await shop.receive("85123A", 7);
    const options = optionsFor(shop);
    const attempt = new SaleAttempt(mugs, { number: 1, ...options });
    await fillCart(attempt, options);
    const orderId = await replaySale(mugs, { ...options, known: undefined });

    expect(await read(shop, orderId)).toMatchObject({ status: "DELIVERED", totalAmount: { minor: 3_330 } });
  });

  it("is sold as another order when the first one failed for want of time or goods", async () => {
    await using shop = await MemoryShop.open();
    const options = optionsFor(shop);
    await expect(replaySale(mugs, { ...options, known: undefined })).rejects.toThrow("its order failed 4 times");
    await shop.receive("85123A", 7);
    const late = { ...mugs, key: "sale:536366" };
    const failed = orderIdOf(mugs, { secret: shop.secret, attempt: 1 });

    expect(await read(shop, failed)).toMatchObject({ status: "FAILED", reason: "out_of_stock" });
    const orderId = await replaySale(late, { ...options, known: "FAILED" });
    expect(orderId).toBe(orderIdOf(late, { secret: shop.secret, attempt: 2 }));
    expect(await read(shop, orderId)).toMatchObject({ status: "DELIVERED" });
  });

  it("leaves the cart alone that the customer is filling", async () => {
    await using shop = await MemoryShop.open();
    const options = optionsFor(shop);
    const own = { ...mugs, key: "own", lines: mugs.lines.slice(0, 1) };
    await fillCart(new SaleAttempt(own, { number: 1, ...options }), options);

    await expect(replaySale(mugs, { ...options, known: undefined })).rejects.toThrow("has another cart open");
  });

  it("of nothing but fees needs no stock", async () => {
    await using shop = await MemoryShop.open();
    const postage = { ...mugs, lines: mugs.lines.slice(2) };
    const orderId = await replaySale(postage, { ...optionsFor(shop), known: undefined });

    expect(await read(shop, orderId)).toMatchObject({ status: "DELIVERED", totalAmount: { minor: 1_800 } });
  });

  it("of goods that cost nothing is an order of nothing", async () => {
    await using shop = await MemoryShop.open();
    await shop.receive("85123A", 1);
    const gift = { ...mugs, lines: mugs.lines.slice(1, 2) };
    const orderId = await replaySale(gift, { ...optionsFor(shop), known: undefined });

    expect(await read(shop, orderId)).toMatchObject({ status: "DELIVERED", totalAmount: { minor: 0 } });
  });
});

describe("a cancellation that is replayed", () => {
  const credit: CreditStep = {
    kind: "credit",
    key: "cancellation:C536379",
    invoiceNo: "C536379",
    customerId: "cus_17850",
    day: "2010-12-02",
    lines: [{ sku: "85123A", quantity: 2, unitMinor: 255 }, { sku: "D", quantity: 1, unitMinor: 2_750 }],
  };

  it("is a credit note of the order that sold the goods, written once", async () => {
    await using shop = await MemoryShop.open();
    await shop.receive("85123A", 7);
    const options = optionsFor(shop);
    const orderId = await replaySale(mugs, { ...options, known: undefined });
    const lines = credit.lines.slice(0, 1);
    for (let run = 0; run < 2; run++) await replayCredit({ ...credit, lines }, { ...options, saleOrderId: orderId });

    expect(await read(shop, orderId)).toMatchObject({
      creditNotes: [{ returnId: credit.key, reason: "cancellation C536379", refund: { minor: 510, currency: "GBP" } }],
    });
    await shop.untilStock("85123A", { available: 2 });
  });

  it("is a credit note of its own where no order is known, written once", async () => {
    await using shop = await MemoryShop.open();
    const options = optionsFor(shop);
    for (let run = 0; run < 2; run++) await replayCredit(credit, { ...options, saleOrderId: undefined });

    expect(await read(shop, orderIdOf(credit, { secret: shop.secret, attempt: 1 }))).toMatchObject({
      status: "REFUNDED",
      creditNotes: [{ returnId: credit.key, refund: { minor: 3_260, currency: "GBP" } }],
    });
    await shop.untilStock("85123A", { available: 2 });
    await shop.untilStock("D", { available: 0 });
  });
});
