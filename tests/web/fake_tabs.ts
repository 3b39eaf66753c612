import { Connection } from "../../src/client/connection.ts";
import { statusWords } from "../../src/client/connection_status.ts";
import { SharedFeed } from "../../src/client/shared_feed.ts";
import type { TabMessage } from "../../src/client/tab_message.ts";
import type { Transport, TransportEvents } from "../../src/client/transport.ts";
import { FakeFeed } from "./fake_feed.ts";
import { FakeShop } from "./fake_shop.ts";
import { settle, VirtualClock } from "./virtual_clock.ts";

const STALE_AFTER_MS = 1_800_000;

/** One tab of Ann's browser. */
export interface FakeTab {
  readonly name: string;
  readonly feed: SharedFeed;
  /** What it showed, in order: `opened` or a frame's command. */
  readonly log: string[];
  /** What its header said, in order. */
  readonly words: string[];
  visible: boolean;
  /** Put to sleep by the browser: hears nothing, does nothing, keeps its lock. */
  frozen: boolean;
  leads: boolean;
}

/** A browser with any number of tabs, one lock and one channel, before Ann's feed. */
export class FakeTabs {
  readonly clock = new VirtualClock();
  readonly shop = new FakeShop();
  readonly server: FakeFeed = this.shop.feedOf("ann");
  readonly tabs: FakeTab[] = [];
  readonly #hearers = new Map<FakeTab, (message: TabMessage) => void>();
  #queue: { readonly tab: FakeTab; readonly elected: () => void; readonly deposed: () => void }[] = [];
  connections = 0;
  /** Nobody gets through to the shop. */
  down = false;
  /** The browser gives the lock to nobody who takes it. */
  withholdsLocks = false;

  /** Ann's cart hears another fact. */
  fact(commandId: string): void {
    const cart = this.shop.openCart("ann", commandId);
    this.shop.add(cart, { sku: "MUG-OAT", quantity: 1, commandId });
  }

  async open(name: string): Promise<FakeTab> {
    const log: string[] = [];
    const words: string[] = [];
    const parts: { tab?: FakeTab } = {};
    const me = (): FakeTab => {
      if (parts.tab === undefined) throw new Error("Cannot use a tab before it is open");
      return parts.tab;
    };
    const clock = {
      now: () => this.clock.now(),
      after: (delayMs: number, task: () => void) =>
        this.clock.after(delayMs, () => {
          if (!me().frozen) task();
        }),
    };
    const feed = new SharedFeed({
      tab: name,
      clock,
      channel: {
        tell: (message) => this.#tell(me(), message),
        listen: (hear) => queueMicrotask(() => this.#hearers.set(me(), hear)),
        close: () => {},
      },
      leadership: ({ elected, deposed }) => this.#leadership(me, { elected, deposed }),
      connection: (events) =>
        new Connection({
          transports: [(after, on) => this.#line(me(), { after, on })],
          check: () => Promise.resolve(this.down ? "unreachable" : "reachable"),
          clock,
          random: () => 0.5,
          onSignedOut: () => {},
          ...events,
        }),
      isVisible: () => me().visible,
      onStatus: (status) => {
        log.push(status.phase);
        words.push(statusWords(status, { now: this.clock.now(), staleAfterMs: STALE_AFTER_MS }));
      },
    });
    feed.subscribe({ opened: () => log.push("opened"), frame: ({ commandId }) => log.push(commandId) });
    const tab: FakeTab = { name, feed, log, words, visible: true, frozen: false, leads: false };
    parts.tab = tab;
    this.tabs.push(tab);
    await settle();
    feed.start();
    await settle();
    return tab;
  }

  /** The tab is closed or crashes: the browser gives its lock to the next one. */
  async close(tab: FakeTab): Promise<void> {
    this.#hearers.delete(tab);
    tab.feed.stop();
    await settle();
  }

  #leadership(
    me: () => FakeTab,
    { elected, deposed }: { readonly elected: () => void; readonly deposed: () => void },
  ): { readonly leads: boolean; stand(): void; seize(): void; withdraw(): void } {
    return {
      get leads(): boolean {
        return me().leads;
      },
      stand: () => {
        this.#queue.push({ tab: me(), elected, deposed });
        queueMicrotask(() => this.#electNext());
      },
      seize: () => {
        if (this.withholdsLocks) return;
        const [leader] = this.#queue;
        this.#queue = [{ tab: me(), elected, deposed }, ...this.#queue.slice(1).filter(({ tab }) => tab !== me())];
        if (leader !== undefined) leader.tab.leads = false;
        // A frozen tab is told when it thaws.
        if (leader !== undefined && !leader.tab.frozen) leader.deposed();
        this.#electNext();
      },
      withdraw: () => {
        me().leads = false;
        this.#queue = this.#queue.filter(({ tab }) => tab !== me());
        this.#electNext();
      },
    };
  }

  #electNext(): void {
    const [next] = this.#queue;
    if (next === undefined || next.tab.leads || this.tabs.some(({ leads }) => leads)) return;
    next.tab.leads = true;
    next.elected();
  }

  /** A line that works as long as the shop does. */
  #line(tab: FakeTab, { after, on }: { readonly after: string | undefined; readonly on: TransportEvents }): Transport {
    if (this.down) {
      on.closed({});
      return { probe: () => {}, close: () => {} };
    }
    this.connections += 1;
    on.connected();
    const opening = this.server.open(after);
    if (opening.type === "resumed") {
      on.message({ type: "resumed" });
      for (const event of opening.missed) on.message({ type: "event", ...event });
    } else on.message({ type: opening.type, cursor: opening.cursor, state: opening.state });
    const leave = this.server.subscribe((event) => {
      if (!tab.frozen) on.message({ type: "event", ...event });
    });
    const probe = (): void => {
      if (!tab.frozen && !this.down) on.heard();
    };
    const close = (): void => {
      leave();
      this.connections -= 1;
    };
    return { probe, close };
  }

  #tell(from: FakeTab, message: TabMessage): void {
    if (from.frozen) return;
    for (const [tab, hear] of this.#hearers) {
      if (tab === from) continue;
      queueMicrotask(() => {
        if (!tab.frozen) hear(structuredClone(message));
      });
    }
  }
}
