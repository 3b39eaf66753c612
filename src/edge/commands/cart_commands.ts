import { z } from "zod";
import { addressOf } from "../../../actors/runtime/address.ts";
import { type CartCommand, LineId } from "../../../machines/cart/messages.ts";
import type { CustomerCommand } from "../../../machines/customer/messages.ts";
import { Sku } from "../../../machines/product/messages.ts";
import { EdgeError } from "../edge_error.ts";
import { command, type CommandResult, type CommandSpec } from "./command.ts";
import { CUSTOMERS } from "./roles.ts";
import { askCart } from "./moved_cart.ts";
import { anyCart } from "./own_id.ts";

/** What no id looks like exists nowhere: that is `not_found`, not an error of form. */
const Id = z.string().min(1).max(100);
/** Wider than a line may hold, so that too many at once and too many in the end are refused alike. */
const Pieces = z.int().max(1_000_000);

const open = command({
  name: "cart.open",
  summary: "Answers with the customer's open cart, or opens one.",
  roles: CUSTOMERS,
  creates: true,
  params: z.strictObject({}),
  async run(_params, wish, { config }): Promise<CommandResult> {
    const opening: CustomerCommand = { type: "open_cart", cartId: wish.newId("crt"), currency: config.currency };
    const answer = await wish.ask(addressOf("customer", wish.principal.sub), opening);
    return wish.result(answer, answer.ok && answer.outcome === "created" ? 201 : 200);
  },
});

const addItem = command({
  name: "cart.add_item",
  summary: "Puts more of a product into a cart, at today's price.",
  roles: CUSTOMERS,
  params: z.strictObject({ cartId: Id, sku: Sku, quantity: Pieces.min(1) }),
  async run({ cartId, sku, quantity }, wish, { catalogue }): Promise<CommandResult> {
    const to = anyCart(cartId);
    const item = await catalogue.find(sku);
    const adding: CartCommand | EdgeError = item === undefined
      ? new EdgeError("product_is_missing")
      : { ...item, type: "add_line", quantity };
    return wish.result(await askCart({ to, command: adding, intent: `${quantity} ${sku}` }, wish));
  },
});

const changeItem = command({
  name: "cart.change_item",
  summary: "Sets the quantity of a line; 0 removes it.",
  roles: CUSTOMERS,
  params: z.strictObject({ cartId: Id, sku: LineId, quantity: Pieces.min(0) }),
  async run({ cartId, sku, quantity }, wish): Promise<CommandResult> {
    const change: CartCommand = { type: "change_quantity", sku, quantity };
    return wish.result(await askCart({ to: anyCart(cartId), command: change }, wish));
  },
});

const removeItem = command({
  name: "cart.remove_item",
  summary: "Takes a line out of a cart.",
  roles: CUSTOMERS,
  params: z.strictObject({ cartId: Id, sku: LineId }),
  async run({ cartId, sku }, wish): Promise<CommandResult> {
    const removal: CartCommand = { type: "remove_line", sku };
    return wish.result(await askCart({ to: anyCart(cartId), command: removal }, wish));
  },
});

export const cartCommands: readonly CommandSpec[] = [open, addItem, changeItem, removeItem];
