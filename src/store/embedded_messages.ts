import { z } from "zod";

/** What the embedded database's worker is told: once to open, with a port for the answers, then perhaps to close. */
export const EmbeddedOrder = z.discriminatedUnion("type", [
  z.object({ type: z.literal("open"), database: z.string(), unfinished: z.string(), socket: z.string() }),
  z.object({ type: z.literal("close") }),
]);

export type EmbeddedOrder = z.infer<typeof EmbeddedOrder>;

/** `broken`: the database failed in a way that it does not survive; only a new worker helps. */
export const EmbeddedNews = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("broken"), reason: z.string() }),
  z.object({ type: z.literal("closed") }),
]);

export type EmbeddedNews = z.infer<typeof EmbeddedNews>;
