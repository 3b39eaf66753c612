import { z } from "zod";
import { addressOf, everyPartition, partitionOf } from "../../actors/runtime/address.ts";
import type { Clock } from "../../actors/runtime/ports.ts";
import { type After, pageCursor, readAfter } from "./after.ts";
import type { EdgeContext } from "./edge_env.ts";
import { EdgeError } from "./edge_error.ts";
import { invalidParams } from "./issues.ts";
import type { Page, Projector } from "./ports.ts";
import { within } from "./within.ts";

const WAIT_MS = 3000;
const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 50;

const Query = z.object({
  q: z.string().max(200).optional(),
  status: z.string().max(40).optional(),
  after: z.string().max(2000).optional(),
  limit: z.string().refine(isLimit, `It must be a whole number from 1 to ${MAX_LIMIT}`).transform(Number).optional(),
});

function isLimit(text: string): boolean {
  return /^[1-9]\d{0,2}$/.test(text) && Number(text) <= MAX_LIMIT;
}

/** The same, for the reference. */
export const PAGE_QUERY = {
  after: { type: "string", description: "The `next` of a page, or the cursor of a receipt" },
  limit: { type: "integer", minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
};

export interface ListQuery {
  readonly q?: string;
  readonly status?: string;
  readonly after: After;
  readonly limit: number;
}

export function listQuery(c: EdgeContext): ListQuery {
  const query = Query.safeParse(c.req.query());
  if (!query.success) throw invalidParams(query.error);
  const { after, limit = DEFAULT_LIMIT, ...rest } = query.data;
  return { ...rest, limit, after: readAfter(after) };
}

export interface CatchUpDeps {
  readonly projector: Projector;
  readonly clock: Clock;
  readonly partitions: number;
}

/**
 * Waits until lists show what was committed before. With a customer, only what is that customer's; without, everything,
 * since the receipt of an admin's change does not say where it was made.
 */
export async function catchUp({ projector, clock, partitions }: CatchUpDeps, customerId?: string): Promise<void> {
  const waited = customerId === undefined
    ? everyPartition(partitions)
    : [partitionOf(addressOf("customer", customerId), partitions)];
  const patience = new AbortController();
  try {
    const shown = projector.caughtUp(waited, patience.signal);
    await within(shown, { clock, timeoutMs: WAIT_MS, late: () => new EdgeError("projection_behind") });
  } finally {
    patience.abort();
  }
}

export function pageBody({ items, next }: Page<unknown>): Page<unknown> {
  return { items, next: pageCursor(next) };
}
