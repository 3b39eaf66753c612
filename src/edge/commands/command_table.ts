import { cartCommands } from "./cart_commands.ts";
import { checkoutCommands } from "./checkout_commands.ts";
import type { CommandSpec } from "./command.ts";
import { fulfilmentCommands } from "./fulfilment_commands.ts";
import { orderCommands } from "./order_commands.ts";
import { productCommands } from "./product_commands.ts";
import { sessionCommands } from "./session_commands.ts";
import { stockCommands } from "./stock_commands.ts";

/** Everything that clients may ask for, by name: routes and WebSocket share it. */
export const commandTable: ReadonlyMap<string, CommandSpec> = new Map(
  [
    ...sessionCommands,
    ...cartCommands,
    ...checkoutCommands,
    ...orderCommands,
    ...fulfilmentCommands,
    ...productCommands,
    ...stockCommands,
  ].map((spec) => [spec.name, spec]),
);
