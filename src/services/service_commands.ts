import type { Role } from "../../machines/decision.ts";
import { bodySchema } from "../edge/body_schema.ts";
import { commandTable } from "../edge/commands/command_table.ts";
import { ANY_ROLE, STAFF } from "../edge/commands/roles.ts";

/** The names under which NATS's service discovery finds this shop. */
export type ServiceName = "vitrine-cart" | "vitrine-orders" | "vitrine-inventory";

/** A command as other services name it: `vitrine.cmd.<kind>.<id>.<command>`. */
export interface ServiceCommand {
  readonly service: ServiceName;
  readonly kind: string;
  readonly command: string;
  /** Its name in the command table. */
  readonly name: string;
  /** The parameter that the subject's id fills; undefined: the id is the caller's own. */
  readonly idParam?: string;
  /** Whether it is taken from the mail as well. */
  readonly mailed: boolean;
  readonly summary: string;
  readonly roles: readonly Role[];
  /** Whether it is not done without an `Idempotency-Key`. */
  readonly keyRequired: boolean;
  /** JSON Schema of the body. */
  readonly bodySchema: Readonly<Record<string, unknown>>;
}

type Row = readonly [service: ServiceName, subject: string, name: string, idParam?: string];

/**
 * What may be asked by subject, and which entry of the command table that is. `session.merge` is not among them: it is
 * a browser's business, and takes a token as a parameter.
 */
const ROWS: readonly Row[] = [
  ["vitrine-cart", "customer.open_cart", "cart.open"],
  ["vitrine-cart", "cart.add_item", "cart.add_item", "cartId"],
  ["vitrine-cart", "cart.change_item", "cart.change_item", "cartId"],
  ["vitrine-cart", "cart.remove_item", "cart.remove_item", "cartId"],
  ["vitrine-cart", "cart.begin_checkout", "checkout.begin", "cartId"],
  ["vitrine-cart", "checkout.set_address", "checkout.set_address", "checkoutId"],
  ["vitrine-cart", "checkout.set_payment_method", "checkout.set_payment_method", "checkoutId"],
  ["vitrine-cart", "checkout.complete", "checkout.complete", "checkoutId"],
  ["vitrine-orders", "customer.place_order", "order.place"],
  ["vitrine-orders", "order.pay", "order.pay", "orderId"],
  ["vitrine-orders", "order.cancel", "order.cancel", "orderId"],
  ["vitrine-orders", "order.accept", "order.accept", "orderId"],
  ["vitrine-orders", "order.ready", "order.ready", "orderId"],
  ["vitrine-orders", "order.ship", "order.ship", "orderId"],
  ["vitrine-orders", "order.deliver", "order.deliver", "orderId"],
  ["vitrine-orders", "order.refund", "order.refund", "orderId"],
  ["vitrine-inventory", "product.create", "product.create", "sku"],
  ["vitrine-inventory", "product.change", "product.change", "sku"],
  ["vitrine-inventory", "product.withdraw", "product.withdraw", "sku"],
  ["vitrine-inventory", "stock.receive", "stock.receive", "sku"],
  ["vitrine-inventory", "stock.adjust", "stock.adjust", "sku"],
];

/** Personal data has one place, which is not a stream on a server's disk. */
const NOT_MAILED: ReadonlySet<string> = new Set(["checkout.set_address"]);

export const serviceCommands: readonly ServiceCommand[] = ROWS.map(serviceCommand);

const bySubject = new Map(serviceCommands.map((served) => [`${served.kind}.${served.command}`, served]));

export function findServiceCommand(kind: string, command: string): ServiceCommand | undefined {
  return bySubject.get(`${kind}.${command}`);
}

/** A kind whose state can be asked for: `vitrine.query.<kind>.<id>`. */
export interface QueriedKind {
  readonly service: ServiceName;
  /** Whoever has one of these may ask; the actor looks at whose it is. */
  readonly roles: readonly Role[];
}

export const queriedKinds: ReadonlyMap<string, QueriedKind> = new Map<string, QueriedKind>([
  ["cart", { service: "vitrine-cart", roles: ANY_ROLE }],
  ["customer", { service: "vitrine-cart", roles: ["customer", "admin", "service"] }],
  ["order", { service: "vitrine-orders", roles: ANY_ROLE }],
  ["payment", { service: "vitrine-orders", roles: ["customer", "admin", "service"] }],
  ["product", { service: "vitrine-inventory", roles: ANY_ROLE }],
  ["stock", { service: "vitrine-inventory", roles: STAFF }],
]);

function serviceCommand([service, subject, name, idParam]: Row): ServiceCommand {
  const spec = commandTable.get(name);
  if (spec === undefined) throw new Error(`Cannot serve "${name}" by subject: no such command`);
  const [kind = "", command = ""] = subject.split(".");
  return {
    service,
    kind,
    command,
    name,
    ...(idParam !== undefined && { idParam }),
    mailed: !NOT_MAILED.has(name),
    summary: spec.summary,
    roles: spec.roles,
    keyRequired: spec.keyRequired,
    bodySchema: bodySchema(spec.params, idParam === undefined ? [] : [idParam]).schema,
  };
}
