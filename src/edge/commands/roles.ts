import type { Role } from "../../../machines/decision.ts";

/** Services act on anybody's behalf; the actors look at whose. */
export const CUSTOMERS: readonly Role[] = ["customer", "service"];
/** The actors look at which store. */
export const STAFF: readonly Role[] = ["staff", "admin", "service"];
/** Money goes back on the word of people alone. */
export const STAFF_IN_PERSON: readonly Role[] = ["staff", "admin"];
export const ADMINS: readonly Role[] = ["admin", "service"];
export const ANY_ROLE: readonly Role[] = ["customer", "staff", "admin", "service"];
