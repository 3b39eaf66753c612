import type { Deadlines } from "../deadlines.ts";
import { readJson } from "../json_body.ts";
import { answerCommand } from "../answers.ts";
import type { CommandSpec } from "../commands/command.ts";
import { commandTable } from "../commands/command_table.ts";
import type { RunCommand } from "../commands/run_command.ts";
import type { Door } from "../door.ts";
import type { EdgeContext } from "../edge_env.ts";
import { invalid } from "../edge_error.ts";
import type { Caller } from "../identity/caller.ts";
import { expectedVersionOf, idempotencyKeyOf } from "../request_headers.ts";
import { guarded, type Method, type Route } from "./route.ts";

/** Which command an address stands for. Parameters of the path and members of the body are the command's parameters. */
const ADDRESSES: readonly (readonly [Method, string, string])[] = [
  ["POST", "/api/session/merge", "session.merge"],
  ["POST", "/api/carts", "cart.open"],
  ["POST", "/api/carts/:cartId/items", "cart.add_item"],
  ["PATCH", "/api/carts/:cartId/items/:sku", "cart.change_item"],
  ["DELETE", "/api/carts/:cartId/items/:sku", "cart.remove_item"],
  ["POST", "/api/checkouts", "checkout.begin"],
  ["PUT", "/api/checkouts/:checkoutId/address", "checkout.set_address"],
  ["PUT", "/api/checkouts/:checkoutId/payment-method", "checkout.set_payment_method"],
  ["POST", "/api/checkouts/:checkoutId/complete", "checkout.complete"],
  ["POST", "/api/v1/orders", "order.place"],
  ["POST", "/api/orders", "order.place"],
  ["POST", "/api/v1/orders/:orderId/pay", "order.pay"],
  ["POST", "/api/v1/orders/:orderId/cancel", "order.cancel"],
  ["POST", "/api/v1/orders/:orderId/accept", "order.accept"],
  ["POST", "/api/v1/orders/:orderId/ready", "order.ready"],
  ["POST", "/api/v1/orders/:orderId/ship", "order.ship"],
  ["POST", "/api/v1/orders/:orderId/deliver", "order.deliver"],
  ["POST", "/api/v1/orders/:orderId/refund", "order.refund"],
  ["POST", "/api/v1/products", "product.create"],
  ["PATCH", "/api/v1/products/:sku", "product.change"],
  ["DELETE", "/api/v1/products/:sku", "product.withdraw"],
  ["POST", "/api/v1/products/:sku/stock", "stock.adjust"],
  ["POST", "/api/v1/stock/:sku/receive", "stock.receive"],
  ["POST", "/api/v1/stock/:sku/adjust", "stock.adjust"],
];

export interface CommandRouteDeps {
  readonly door: Door;
  readonly runCommand: RunCommand;
  readonly body: Deadlines;
}

export function commandRoutes({ door, runCommand, body }: CommandRouteDeps): readonly Route[] {
  return ADDRESSES.map(([method, path, name]) => {
    const { summary, roles, keyRequired, creates, params } = specOf(name);
    return guarded(door, {
      method,
      path,
      summary,
      roles,
      keyRequired,
      versioned: !creates,
      params,
      handle: async (c, caller) => answerCommand(await ask(c, { name, caller, runCommand, body })),
    });
  });
}

function specOf(name: string): CommandSpec {
  const spec = commandTable.get(name);
  if (spec === undefined) throw new Error(`Cannot route "${name}": no such command`);
  return spec;
}

async function ask(
  c: EdgeContext,
  { name, caller, runCommand, body }: Pick<CommandRouteDeps, "runCommand" | "body"> & {
    readonly name: string;
    readonly caller: Caller;
  },
): ReturnType<RunCommand> {
  const { headers } = c.req.raw;
  const { correlationId, traceparent } = c.get("trace");
  const call = {
    principal: caller,
    idempotencyKey: idempotencyKeyOf(headers),
    expectedVersion: expectedVersionOf(headers),
    correlationId,
    traceparent,
  };
  return runCommand(name, withPath(await readJson(c.req.raw, body), c.req.param()), call);
}

/** A member of the body cannot stand in for a parameter of the path. */
function withPath(body: unknown, path: Readonly<Record<string, string>>): unknown {
  if (body === undefined) return path;
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw invalid("", "The body must be an object");
  for (const name of Object.keys(path)) {
    if (Object.hasOwn(body, name)) throw invalid(name, "It stands in the address already");
  }
  return { ...body, ...path };
}
