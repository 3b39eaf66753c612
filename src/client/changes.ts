import { type FeedMessage, readChanges } from "./feed_message.ts";
import type { Reachability } from "./transport.ts";

const WITHIN_MS = 6000;

export interface ChangesOptions {
  readonly channel: string;
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
}

/** Asks what happened on a channel after a cursor, as an opening and what followed. Rejects when there is no answer. */
export async function changesSince(
  after: string | undefined,
  options: ChangesOptions,
): Promise<readonly FeedMessage[]> {
  const response = await request(after, options);
  if (!response.ok) throw new Error(`Cannot ask for changes: status ${response.status}`);
  return readChanges(await response.json());
}

/** Whether the shop answers at all, and whether it still knows who asks. */
export async function reachability(after: string | undefined, options: ChangesOptions): Promise<Reachability> {
  try {
    const response = await request(after, options);
    await response.body?.cancel();
    if (response.status === 401) return "signed_out";
    return response.status < 500 && response.status !== 429 ? "reachable" : "unreachable";
  } catch {
    return "unreachable";
  }
}

function request(after: string | undefined, { channel, fetch }: ChangesOptions): Promise<Response> {
  const query = new URLSearchParams({ channel, ...(after !== undefined && { after }) });
  return fetch(`/api/changes?${query}`, { signal: AbortSignal.timeout(WITHIN_MS) });
}
