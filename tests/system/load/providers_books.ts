import { z } from "zod";
import type { PostgresConnections } from "../../../src/store/postgres_connections.ts";

const Entry = z.looseObject({
  paymentId: z.string(),
  type: z.enum(["authorise", "capture", "void", "refund"]),
  amountMinor: z.int(),
  reason: z.string().optional(),
});

const Rows = z.array(z.object({ entry: z.string() }));

/** What the simulated payment provider has taken and given back for an order. */
export interface Account {
  readonly balanceMinor: number;
  readonly captures: number;
  /** The customer's bank keeps money that was neither taken nor let go. */
  readonly isBlocked: boolean;
}

/** Of which the provider has done nothing. */
export const UNTOUCHED: Account = { balanceMinor: 0, captures: 0, isBlocked: false };

/** The books of a provider that one node calls: they outlive its process, in its data directory. */
export async function booksInFile(directory: string): Promise<ReadonlyMap<string, Account>> {
  const text = await Deno.readTextFile(`${directory}/payments.jsonl`);
  return accountsOf(text.slice(0, text.lastIndexOf("\n")).split("\n").filter((line) => line !== ""));
}

/** The books of a provider that several nodes call. */
export async function booksInDatabase(
  database: Pick<PostgresConnections, "run">,
): Promise<ReadonlyMap<string, Account>> {
  const rows = await database.run((sql) => sql`select entry from simulated_payment order by number`);
  return accountsOf(Rows.parse([...rows]).map(({ entry }) => entry));
}

function accountsOf(entries: readonly string[]): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>();
  for (const entry of entries) {
    const { paymentId, type, amountMinor, reason } = Entry.parse(JSON.parse(entry));
    if (reason !== undefined) continue;
    const orderId = paymentId.replace(/^pay_/, "ord_");
    const { balanceMinor, captures, isBlocked } = accounts.get(orderId) ?? UNTOUCHED;
    accounts.set(orderId, {
      balanceMinor: balanceMinor + (type === "capture" ? amountMinor : type === "refund" ? -amountMinor : 0),
      captures: captures + (type === "capture" ? 1 : 0),
      isBlocked: type === "authorise" || (isBlocked && type === "refund"),
    });
  }
  return accounts;
}
