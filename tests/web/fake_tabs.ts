import type { ConnectionStatus } from "../../src/client/connection_status.ts";
import { SharedFeed } from "../../src/client/shared_feed.ts";
import type { TabMessage } from "../../src/client/tab_message.ts";
import { FakeFeed } from "./fake_feed.ts";
import { FakeShop } from "./fake_shop.ts";
import { settle, VirtualClock } from "./virtual_clock.ts";

const live: ConnectionStatus = { phase: "live", again: true, confirmedAt: 0 };

/** One tab of Ann's browser. */
export interface FakeTab {
  readonly name: string;
  readonly feed: SharedFeed;
  /** What it showed, in order: `opened` or a frame's command. */
  readonly log: string[];
  visible: boolean;
  /** Put to sleep by the browser: hears nothing, does nothing, keeps its lock. */
  frozen: boolean;
  leads: boolean;
  connected: (() => void) | undefined;
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

  /** Ann's cart hears another fact. */
  fact(commandId: string): void {
    const cart = this.shop.openCart("ann", commandId);
    this.shop.add(cart, { sku: "MUG-OAT", quantity: 1, commandId });
  }

  async open(name: string): Promise<FakeTab> {
    const log: string[] = [];
    const parts: { tab?: FakeTab } = {};
    const me = (): FakeTab => {
      if (parts.tab === undefined) throw new Error("Cannot use a tab before it is open");
      return parts.tab;
    };
    const feed = new SharedFeed({
      tab: name,
      clock: this.clock,
      channel: {
        tell: (message) => this.#tell(me(), message),
        listen: (hear) => queueMicrotask(() => this.#hearers.set(me(), hear)),
        close: () => {},
      },
      leadership: ({ elected, deposed }) => this.#leadership(me, { elected, deposed }),
      connection: (events) => ({
        status: live,
        start: (after) => this.#connect(me(), { after, ...events }),
        stop: () => this.#disconnect(me()),
        wake: () => {},
        setOnline: () => {},
      }),
      isVisible: () => me().visible,
      onStatus: ({ phase }) => log.push(phase),
    });
    feed.subscribe({ opened: () => log.push("opened"), frame: ({ commandId }) => log.push(commandId) });
    const tab: FakeTab = { name, feed, log, visible: true, frozen: false, leads: false, connected: undefined };
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
    this.#disconnect(tab);
    tab.leads = false;
    this.#queue = this.#queue.filter((waiting) => waiting.tab !== tab);
    this.#electNext();
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

  #connect(
    tab: FakeTab,
    { after, onMessage, onStatus }:
      & { readonly after: string | undefined }
      & Parameters<ConstructorParameters<typeof SharedFeed>[0]["connection"]>[0],
  ): void {
    this.#disconnect(tab);
    this.connections += 1;
    const opening = this.server.open(after);
    if (opening.type === "resumed") {
      onMessage({ type: "resumed" });
      for (const event of opening.missed) onMessage({ type: "event", ...event });
    } else onMessage({ type: opening.type, cursor: opening.cursor, state: opening.state });
    onStatus(live);
    const leave = this.server.subscribe((event) => {
      if (!tab.frozen) onMessage({ type: "event", ...event });
    });
    tab.connected = () => {
      leave();
      this.connections -= 1;
    };
  }

  #disconnect(tab: FakeTab): void {
    tab.connected?.();
    tab.connected = undefined;
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
