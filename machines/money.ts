import { z } from "zod";

/** An amount in minor units (pence, cents) of an ISO 4217 currency. */
export const Money = z.object({
  minor: z.int(),
  currency: z.string().regex(/^[A-Z]{3}$/),
}).readonly();

export type Money = z.infer<typeof Money>;

export function money(minor: number, currency: string): Money {
  return { minor, currency };
}
