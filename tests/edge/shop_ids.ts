import { makeId } from "../../actors/runtime/address.ts";

/** Ids as the shop makes them: `rest` tells one from another. */
export function cartOf(sub: string, rest = "a"): string {
  return makeId("crt", { key: sub, rest: rest.repeat(24) });
}

export function checkoutOf(sub: string, rest = "a"): string {
  return makeId("chk", { key: sub, rest: rest.repeat(24) });
}

export function orderOf(sub: string, rest = "a"): string {
  return makeId("ord", { key: sub, rest: rest.repeat(24) });
}

/** A product as its actor shows it. */
export function mug(minor = 450, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { sku: "MUG", name: "Mug", price: { minor, currency: "GBP" }, stocked: true, status: "listed", ...more };
}
