import type { CustomerFeed } from "../../machines/customer/fold.ts";
import type { ConnectionStatus } from "./connection_status.ts";
import type { FeedMessage } from "./feed_message.ts";

/** What tabs of one browser tell each other. They run the same build: the name of their channel carries its number. */
export type TabMessage =
  /** From the leader. `previous`: the cursor before the message, so that the others see a gap. */
  | { readonly kind: "message"; readonly previous?: string; readonly message: FeedMessage }
  | { readonly kind: "status"; readonly status: ConnectionStatus }
  /** To the leader: somebody looks at another tab, or does not want to wait there. */
  | { readonly kind: "wake"; readonly insists: boolean }
  /** Is there a leader, and where are we? */
  | { readonly kind: "hello"; readonly tab: string }
  | {
    readonly kind: "welcome";
    readonly tab: string;
    readonly status: ConnectionStatus;
    readonly place?: { readonly cursor: string; readonly feed: CustomerFeed };
  };

/** A line to the other tabs; nobody hears themselves. */
export interface TabChannel {
  tell(message: TabMessage): void;
  listen(hear: (message: TabMessage) => void): void;
  close(): void;
}
