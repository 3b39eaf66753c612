import type { CartStore } from "./cart.ts";
import { ANSWER_WITHIN_MS, type Clock } from "./clock.ts";
import type { FeedReader } from "./customer_feed.ts";
import type { Reader } from "./json_shape.ts";
import type { SendCommand } from "./send_command.ts";

/** What every part of a page works with. */
export interface Shop {
  readonly customerId: string;
  readonly clock: Clock;
  readonly cart: CartStore;
  readonly feed: { subscribe(reader: FeedReader): void };
  readonly send: SendCommand;
  readonly get: GetJson;
  readonly newKey: () => string;
  /** The session does not count any more. */
  readonly signedOut: () => void;
  /** Called whenever what is shown should be looked at again: the page is seen again, or live again. */
  readonly onWake: (task: () => void) => void;
}

/** Asks the shop something; undefined when there is no such thing, rejects when there is no answer. */
export type GetJson = <Answer>(path: string, read: Reader<Answer>) => Promise<Answer | undefined>;

export interface GetterParts {
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  readonly signedOut: () => void;
}

export function jsonGetter({ fetch, signedOut }: GetterParts): GetJson {
  return async (path, read) => {
    const response = await fetch(path, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (response.ok) return read(await response.json());
    await response.body?.cancel();
    if (response.status === 404) return undefined;
    if (response.status === 401) signedOut();
    throw new Error(`Cannot get "${path}": status ${response.status}`);
  };
}
