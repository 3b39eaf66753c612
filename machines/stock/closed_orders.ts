import { emptyMap, has, type PersistentMap, put } from "../persistent_map.ts";

/** Longer than any hold or letter lives. */
export const REMEMBERED_MS = 48 * 60 * 60 * 1000;

/**
 * Orders, and returns, that are over: whatever still arrives for them changes nothing. Two generations, so that
 * forgetting costs nothing per order: each is remembered for `REMEMBERED_MS` at least, and for twice that at most as
 * long as orders keep closing.
 */
export interface ClosedOrders {
  readonly recent: PersistentMap<1>;
  readonly older: PersistentMap<1>;
  /** Epoch milliseconds: when `recent` began. */
  readonly recentSince: number;
}

export function noneClosed(): ClosedOrders {
  return { recent: emptyMap(), older: emptyMap(), recentSince: 0 };
}

export function isClosed(closed: ClosedOrders, id: string): boolean {
  return has(closed.recent, id) || has(closed.older, id);
}

export function withClosed(
  closed: ClosedOrders,
  { id, at }: { readonly id: string; readonly at: number },
): ClosedOrders {
  const { recent, older, recentSince } = closed;
  const ageMs = at - recentSince;
  if (ageMs < REMEMBERED_MS) return { recent: put(recent, { key: id, value: 1 }), older, recentSince };

  const stillKnown = ageMs < 2 * REMEMBERED_MS ? recent : emptyMap();
  return { recent: put<1>(emptyMap(), { key: id, value: 1 }), older: stillKnown, recentSince: at };
}
