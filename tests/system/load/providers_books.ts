import { z } from "zod";

const Entry = z.looseObject({
  paymentId: z.string(),
  type: z.enum(["authorise", "capture", "void", "refund"]),
  amountMinor: z.int(),
  reason: z.string().optional(),
});

export interface Account {
  readonly balanceMinor: number;
  readonly captures: number;
}

/**
 * What the simulated payment provider has taken and given back, by order: its books outlive the shop's processes, each
 * of which keeps its own.
 */
export async function providersBooks(directories: readonly string[]): Promise<ReadonlyMap<string, Account>> {
  const accounts = new Map<string, Account>();
  for (const directory of directories) readInto(accounts, await Deno.readTextFile(`${directory}/payments.jsonl`));
  return accounts;
}

function readInto(accounts: Map<string, Account>, text: string): void {
  for (const line of text.slice(0, text.lastIndexOf("\n")).split("\n")) {
    if (line === "") continue;
    const { paymentId, type, amountMinor, reason } = Entry.parse(JSON.parse(line));
    if (reason !== undefined || (type !== "capture" && type !== "refund")) continue;
    const orderId = paymentId.replace(/^pay_/, "ord_");
    const { balanceMinor = 0, captures = 0 } = accounts.get(orderId) ?? {};
    const isCapture = type === "capture";
    accounts.set(orderId, {
      balanceMinor: balanceMinor + (isCapture ? amountMinor : -amountMinor),
      captures: captures + (isCapture ? 1 : 0),
    });
  }
}
