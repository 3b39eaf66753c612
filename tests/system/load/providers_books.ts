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

/** What the simulated payment provider has taken and given back, by order: its books outlive the shop's process. */
export async function providersBooks(dataDir: string): Promise<ReadonlyMap<string, Account>> {
  const text = await Deno.readTextFile(`${dataDir}/payments.jsonl`);
  const accounts = new Map<string, Account>();
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
  return accounts;
}
