import type { Clock } from "./clock.ts";
import type { ConnectionStatus } from "./connection_status.ts";
import { Leadership } from "./leadership.ts";
import { lineTo } from "./lines.ts";
import { SharedFeed } from "./shared_feed.ts";
import type { TabChannel, TabMessage } from "./tab_message.ts";

/** Raised when tabs of the former build would misunderstand those of this one. */
const BUILD = 1;

export interface TabFeedOptions {
  readonly customerId: string;
  readonly clock: Clock;
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  readonly onStatus: (status: ConnectionStatus) => void;
  readonly onSignedOut: () => void;
}

/** The customer's feed in this tab. Where the browser gives tabs no locks or no channel, each has to lead for itself. */
export function tabFeed({ customerId, clock, fetch, onStatus, onSignedOut }: TabFeedOptions): SharedFeed {
  const name = `vitrine-${BUILD}-${customerId}`;
  const locks: LockManager | undefined = navigator.locks;
  const channel = locks === undefined ? undefined : tabChannel(name);
  return new SharedFeed({
    tab: crypto.getRandomValues(new Uint32Array(2)).join("-"),
    clock,
    channel: channel ?? lonelyChannel,
    leadership: (events) =>
      locks === undefined || channel === undefined ? soleLeader(events) : new Leadership({ locks, name, ...events }),
    connection: (events) =>
      lineTo({ channel: "customer", stream: "/sse/storefront", clock, fetch, onSignedOut, ...events }),
    isVisible: () => document.visibilityState === "visible",
    onStatus,
  });
}

/** Undefined where the browser has none, or none for this page. */
function tabChannel(name: string): TabChannel | undefined {
  const channel = channelOfBrowser(name);
  if (channel === undefined) return undefined;
  return {
    tell: (message) => channel.postMessage(message),
    listen: (hear) => {
      channel.onmessage = ({ data }: MessageEvent<TabMessage>) => hear(data);
    },
    close: () => channel.close(),
  };
}

function channelOfBrowser(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name);
  } catch {
    return undefined;
  }
}

const lonelyChannel: TabChannel = { tell: () => {}, listen: () => {}, close: () => {} };

function soleLeader({ elected }: { readonly elected: () => void }): Pick<
  Leadership,
  "leads" | "stand" | "seize" | "withdraw"
> {
  let leads = false;
  const lead = (): void => {
    if (leads) return;
    leads = true;
    elected();
  };
  return {
    get leads(): boolean {
      return leads;
    },
    stand: lead,
    seize: lead,
    withdraw: () => {
      leads = false;
    },
  };
}
