import { z } from "zod";
import type { Principal } from "../machines/decision.ts";
import { decide } from "../machines/customer/decide.ts";
import { type Customer, type CustomerContext, customerMachine, evolve, initial } from "../machines/customer/machine.ts";
import { CustomerCommand, type CustomerEvent } from "../machines/customer/messages.ts";
import { frameOf } from "../machines/customer/notes.ts";
import { actsFor, isTrusted } from "../machines/customer/owner.ts";
import { idOf } from "./runtime/address.ts";
import type { Kind, Stamp, StoredState } from "./runtime/kind.ts";

/** Sent by the turns and letters of carts and orders; nobody outside may. */
const INTERNAL: ReadonlySet<CustomerCommand["type"]> = new Set<CustomerCommand["type"]>([
  "note_cart",
  "note_order",
  "note_shipment",
  "take_cart",
]);

const StoredCustomer = z.object({
  value: z.literal("known"),
  context: z.custom<CustomerContext>((context) => typeof context === "object" && context !== null),
});

/** A customer's journal is what that customer's connections see, as the feed `owner`. */
export const customer: Kind<Customer, CustomerCommand, CustomerEvent> = {
  name: "customer",
  routing: "hash",
  schemaVersion: 2,
  parse: (command) => CustomerCommand.parse(command),
  initial,
  decide,
  evolve,
  tells: () => [],
  mayCommand,
  mayRead,
  feedOf: () => undefined,
  view: ({ context }, place) => ({ ...context.feed, ...place }),
  feedState: ({ context }) => context.feed,
  frame,
  freeze: ({ value, context }) => ({ value, context }),
  thaw,
};

function frame(event: CustomerEvent, stamp: Stamp): unknown {
  return frameOf(event, {
    customerId: idOf(stamp.address),
    occurredAt: new Date(stamp.occurredAt).toISOString(),
    commandId: stamp.commandId,
  });
}

function mayCommand({ context }: Customer, principal: Principal, command: CustomerCommand): boolean {
  if (INTERNAL.has(command.type)) return false;
  if (command.type === "notify") return isTrusted(principal);
  return actsFor(principal, context.feed.customerId);
}

/** Staff see orders, not customers: a customer's feed spans every store. */
function mayRead({ context }: Customer, principal: Principal, feed?: string): boolean {
  return (feed === undefined || feed === "owner") && actsFor(principal, context.feed.customerId);
}

function thaw(stored: StoredState): Customer {
  return customerMachine.resolveState(StoredCustomer.parse(stored));
}
