import type { Clock } from "./clock.ts";
import type { FeedMessage } from "./feed_message.ts";
import type { OpenTransport } from "./transport.ts";

const EVERY_MS = 3000;

interface PollingOptions {
  readonly changes: (after: string | undefined) => Promise<readonly FeedMessage[]>;
  readonly clock: Clock;
}

/** The last resort: asks again and again. */
export function pollingTransport({ changes, clock }: PollingOptions): OpenTransport {
  return (after, on) => {
    let cursor = after;
    let first = true;
    let ended = false;
    let cancel: (() => void) | undefined;

    async function poll(): Promise<void> {
      try {
        const messages = await changes(cursor);
        if (ended) return;
        on.heard();
        for (const message of messages) {
          // Each answer begins like a stream; only the first one is the opening of this line.
          if (message.type === "resumed" && !first) continue;
          first = false;
          if (message.type !== "resumed") cursor = message.cursor;
          on.message(message);
        }
        cancel = clock.after(EVERY_MS, () => void poll());
      } catch {
        if (!ended) on.closed({});
      }
    }
    void poll();
    return {
      probe: () => {},
      close: () => {
        ended = true;
        cancel?.();
      },
    };
  };
}
