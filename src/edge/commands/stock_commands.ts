import { z } from "zod";
import { addressOf } from "../../../actors/runtime/address.ts";
import { Sku } from "../../../machines/product/messages.ts";
import type { StockCommand } from "../../../machines/stock/messages.ts";
import { command, type CommandResult, type CommandSpec } from "./command.ts";
import { ADMINS } from "./roles.ts";

const Reason = z.string().trim().min(1).max(200);

const receive = command({
  name: "stock.receive",
  summary: "Puts delivered pieces on the shelf.",
  roles: ADMINS,
  params: z.strictObject({ sku: Sku, quantity: z.int().min(1).max(1_000_000_000), reason: Reason.default("delivery") }),
  async run({ sku, quantity, reason }, wish): Promise<CommandResult> {
    const receiving: StockCommand = { type: "receive", quantity, reason };
    return wish.result(await wish.ask(addressOf("stock", sku), receiving));
  },
});

const adjust = command({
  name: "stock.adjust",
  summary: "Corrects what is on the shelf, and says why.",
  roles: ADMINS,
  params: z.strictObject({
    sku: Sku,
    delta: z.int().min(-1_000_000_000).max(1_000_000_000).refine((delta) => delta !== 0, "0 adjusts nothing"),
    reason: Reason,
  }),
  async run({ sku, delta, reason }, wish): Promise<CommandResult> {
    const adjusting: StockCommand = { type: "adjust", delta, reason };
    return wish.result(await wish.ask(addressOf("stock", sku), adjusting));
  },
});

export const stockCommands: readonly CommandSpec[] = [receive, adjust];
