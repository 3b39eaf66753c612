import type { Principal } from "../decision.ts";

/** Whether this principal may act for a customer: the customer, and services and admins on anybody's behalf. */
export function actsFor(principal: Principal, customerId: string): boolean {
  return principal.sub === customerId || isTrusted(principal);
}

/** Services and admins: they act on behalf of others, and may override prices. */
export function isTrusted(principal: Principal): boolean {
  return principal.roles.includes("service") || principal.roles.includes("admin");
}
