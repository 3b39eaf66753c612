import { z } from "zod";
import { addressOf } from "../../../actors/runtime/address.ts";
import { MAX_LINES, PaymentMethod } from "../../../machines/cart/messages.ts";
import type { OrderCommand } from "../../../machines/order/messages.ts";
import { Sku } from "../../../machines/product/messages.ts";
import { EdgeError } from "../edge_error.ts";
import { command, type CommandDeps, type CommandResult, type CommandSpec } from "./command.ts";
import { methodOf } from "./method_of.ts";
import { orderCreated } from "./order_created.ts";
import { ownCart } from "./own_id.ts";
import { pricedLines } from "./priced_lines.ts";
import { CUSTOMERS } from "./roles.ts";
import { storeOf } from "./store_of.ts";
import type { Wish } from "./wish.ts";

const Id = z.string().min(1).max(100);

const PlaceParams = z.strictObject({
  cartId: Id.optional(),
  items: z.array(z.strictObject({ sku: Sku, quantity: z.int().min(1).max(1_000_000) })).min(1).max(MAX_LINES)
    .optional(),
  paymentMethod: PaymentMethod.optional(),
  storeId: Id.optional(),
}).refine(({ cartId, items }) => (cartId === undefined) !== (items === undefined), "Either cartId or items is needed");

type PlaceParams = z.infer<typeof PlaceParams>;

const place = command({
  name: "order.place",
  summary: "Places an order, out of a cart or of items named here.",
  roles: CUSTOMERS,
  creates: true,
  keyRequired: true,
  params: PlaceParams,
  async run(params, wish, deps): Promise<CommandResult> {
    const startedAt = deps.clock.now();
    const placing = params.cartId === undefined
      ? await placeItems(params, wish, deps)
      : startFrom(params.cartId, wish, creation(params, wish, deps));
    // Prices may differ at a repeat; what was asked for may not.
    const answer = await wish.ask(addressOf("order", wish.newId("ord")), placing, { intent: JSON.stringify(params) });
    return orderCreated(answer, wish, { ...deps, startedAt });
  },
});

type Creation = Omit<Extract<OrderCommand, { type: "start" }>, "type" | "cartId">;

function startFrom(cartId: string, wish: Wish, creation: Creation): OrderCommand {
  ownCart(cartId, wish.principal);
  return { type: "start", cartId, ...creation };
}

async function placeItems(params: PlaceParams, wish: Wish, deps: CommandDeps): Promise<OrderCommand | EdgeError> {
  const { currency } = deps.config;
  const parts = creation(params, wish, deps);
  const lines = await pricedLines(params.items ?? [], { catalogue: deps.catalogue, currency });
  return lines instanceof EdgeError ? lines : { type: "place", currency, lines, ...parts };
}

function creation(params: PlaceParams, wish: Wish, { config }: CommandDeps): Creation {
  return {
    customerId: wish.principal.sub,
    trackingId: wish.newPublicId("trk"),
    storeId: storeOf(params.storeId, config),
    paymentMethod: methodOf(params.paymentMethod, config),
  };
}

export const orderCommands: readonly CommandSpec[] = [place];
