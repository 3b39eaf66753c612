import { z } from "zod";
import { isWellFormedId } from "../../../actors/runtime/address.ts";
import type { Role } from "../../../machines/decision.ts";
import type { VerifiedToken } from "./caller.ts";

const ROLES: readonly Role[] = ["customer", "staff", "admin", "service"];

/** A subject is the id of its customer actor, so it must be able to be one. */
export const Subject = z.string().refine((sub) => isWellFormedId(sub, "hash"), "cannot be the id of a customer");
export const Stores = z.array(z.string().min(1).max(100)).max(1000);
export const Roles = z.array(z.enum(ROLES)).max(ROLES.length);

/** Roles that mean nothing here are other systems' business. A token without any is a customer's. */
const Claims = z.object({
  sub: Subject,
  exp: z.number(),
  roles: z.array(z.string()).max(100).default(["customer"]),
  stores: Stores.default([]),
});

/** Reads the claims of a token whose signature has been checked; undefined: they are not what this shop understands. */
export function readClaims(payload: unknown): VerifiedToken | undefined {
  const claims = Claims.safeParse(payload);
  if (!claims.success) return undefined;

  const { sub, exp, roles, stores } = claims.data;
  const known = ROLES.filter((role) => roles.includes(role));
  return { principal: { sub, roles: known, stores }, expiresAt: exp * 1000 };
}
