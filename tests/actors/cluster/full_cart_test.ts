import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { cart } from "../../../actors/cart.ts";
import { customer } from "../../../actors/customer.ts";
import type { Answer } from "../../../actors/runtime/actors.ts";
import { addressOf, deriveId, partitionOf } from "../../../actors/runtime/address.ts";
import type { CartCommand } from "../../../machines/cart/messages.ts";
import type { CustomerCommand } from "../../../machines/customer/messages.ts";
import type { Address, Principal } from "../../../machines/decision.ts";
import { longestLines } from "../../cluster/full_cart.ts";
import { Nodes } from "./nodes.ts";

const ann: Principal = { sub: "ann", roles: ["customer"], stores: [] };
const ANN = addressOf("customer", ann.sub);
const CART_ID = deriveId("crt", { routingKey: ann.sub, secret: "secret", seed: "cart" });
const CART = addressOf("cart", CART_ID);

describe("the largest cart that there can be", () => {
  for (const letters of ["heavy", "dense"] as const) {
    it(`is filled, changed and read through another node than its owner, in ${letters} letters`, async () => {
      const nodes = await Nodes.start(2, { node: { kinds: [cart, customer] } });
      const { world } = nodes;
      const partition = partitionOf(CART, world.store.identity.partitions);
      const { actors } = nodes.alive.find((node) => !node.actors.owns(partition)) ?? nodes.ownerOf("nobody");
      const ask = (to: Address, command: CartCommand | CustomerCommand): Promise<Answer> =>
        world.until(
          actors.ask({ to, command, commandId: world.unique(8), fresh: false, principal: ann, correlationId: "c" }),
        );
      const lines = longestLines(letters);

      await ask(ANN, { type: "open_cart", cartId: CART_ID, currency: "GBP" });
      expect((await ask(CART, { type: "add_lines", lines })).ok).toBe(true);
      const changed = await ask(CART, { type: "change_quantity", sku: lines[0]?.sku ?? "", quantity: 1 });
      expect(changed.ok && JSON.parse(changed.replyJson).lines.length).toBe(lines.length);
      const { view } = await world.until(actors.read({ address: CART, principal: ann }));
      expect(view).toMatchObject({ lines: lines.map(({ sku, name }) => ({ sku, name })) });
      const opening = await world.until(actors.changes({ address: ANN, feed: "owner", principal: ann, after: "0.x" }));
      expect(opening.outcome).toBe("reset");
    });
  }
});
