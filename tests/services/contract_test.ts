import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { queriedKinds, serviceCommands } from "../../src/services/service_commands.ts";

const BODY = z.looseObject({ required: z.array(z.string()), properties: z.record(z.string(), z.unknown()) });

interface Promised {
  /** What a body must have. */
  readonly needs: readonly string[];
  /** What it may have. */
  readonly takes: readonly string[];
  /** Not by mail. */
  readonly askedOnly?: true;
}

/**
 * What other services rely on: lines are added, never changed. A command that asks for more than it did, takes less or is
 * gone breaks whoever sends it.
 */
const PROMISED: Readonly<Record<string, Promised>> = {
  "customer.open_cart": { needs: [], takes: [] },
  "customer.place_order": { needs: [], takes: ["cartId", "items", "paymentMethod", "storeId"] },
  "cart.add_item": { needs: ["sku", "quantity"], takes: [] },
  "cart.change_item": { needs: ["sku", "quantity"], takes: [] },
  "cart.remove_item": { needs: ["sku"], takes: [] },
  "cart.begin_checkout": { needs: [], takes: [] },
  "checkout.set_address": {
    needs: ["name", "line1", "city", "postcode", "country"],
    takes: ["line2", "region", "email", "phone"],
    askedOnly: true,
  },
  "checkout.set_payment_method": { needs: ["method"], takes: [] },
  "checkout.complete": { needs: [], takes: ["paymentMethod", "storeId"] },
  "order.pay": { needs: [], takes: ["paymentMethod"] },
  "order.cancel": { needs: [], takes: ["reason"] },
  "order.accept": { needs: [], takes: [] },
  "order.ready": { needs: [], takes: [] },
  "order.ship": { needs: ["carrier", "trackingNumber"], takes: [] },
  "order.deliver": { needs: [], takes: [] },
  "order.refund": { needs: [], takes: ["reason"] },
  "product.create": { needs: ["name", "price"], takes: ["description", "category", "stocked", "stock"] },
  "product.change": { needs: [], takes: ["name", "price", "description", "category"] },
  "product.withdraw": { needs: [], takes: [] },
  "stock.receive": { needs: ["quantity"], takes: ["reason"] },
  "stock.adjust": { needs: ["delta", "reason"], takes: [] },
};

describe("what other services rely on", () => {
  const served = new Map(serviceCommands.map((command) => [`${command.kind}.${command.command}`, command]));

  for (const [subject, { needs, takes, askedOnly = false }] of Object.entries(PROMISED)) {
    it(`${subject} takes what it took`, () => {
      const command = served.get(subject);
      const { required, properties } = BODY.parse(command?.bodySchema);
      expect(required.filter((name) => !needs.includes(name))).toEqual([]);
      expect([...needs, ...takes].filter((name) => !(name in properties))).toEqual([]);
      if (!askedOnly) expect(command?.mailed).toBe(true);
    });
  }

  it("is all that is served", () => {
    expect([...served.keys()].toSorted()).toEqual(Object.keys(PROMISED).toSorted());
  });

  it("is shown by query as it was", () => {
    expect([...queriedKinds.keys()]).toEqual(
      expect.arrayContaining(["cart", "order", "payment", "product", "stock"]),
    );
  });
});
