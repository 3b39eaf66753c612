import type { Acknowledged } from "../../system/load/busy_customer.ts";
import type { MarketDay } from "../../system/load/market_day.ts";
import { partitionOfCart } from "./owners.ts";

export interface PausesOptions {
  /** Of this process's monotonic clock. */
  readonly from: number;
  readonly to: number;
  /** Only of customers who live there. */
  readonly partitions: readonly number[];
}

/**
 * How long each customer waited, at most, from one acknowledgement to the next, when that wait touched a while: whole
 * milliseconds, shortest first. Whoever was told nothing afterwards is left out: the oracle finds them.
 */
export function pauses(day: Pick<MarketDay, "customers">, { from, to, partitions }: PausesOptions): readonly number[] {
  const there = new Set(partitions);
  return day.customers
    .filter(({ cartId }) => cartId !== "" && there.has(partitionOfCart(cartId)))
    .flatMap(({ acknowledged }) => longestWait(acknowledged, { from, to }))
    .toSorted((one, other) => one - other);
}

function longestWait(
  acknowledged: readonly Acknowledged[],
  { from, to }: Pick<PausesOptions, "from" | "to">,
): number[] {
  const waits = acknowledged.flatMap(({ at }, index) => {
    const before = acknowledged[index - 1]?.at;
    return before === undefined || before > to || at < from ? [] : [at - before];
  });
  return waits.length === 0 ? [] : [Math.round(Math.max(...waits))];
}

/** The figures of sorted numbers, for the eye. */
export function shown(sorted: readonly number[]): string {
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${sorted.at(-1)} ms of ${sorted.length}`;
}
