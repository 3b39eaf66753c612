import { backoffMs } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import type { ConnectionStatus, Phase } from "./connection_status.ts";
import type { FeedMessage } from "./feed_message.ts";
import { bestRung, checked, failed, fell, held, type Ladder, newLadder, shouldCheck } from "./ladder.ts";
import { Pulse } from "./pulse.ts";
import type { OpenTransport, Reachability, Transport } from "./transport.ts";

const OPEN_WITHIN_MS = 6000;

export interface ConnectionParts {
  /** The best first; the last must work wherever plain requests do. */
  readonly transports: readonly OpenTransport[];
  /** Asks the shop a plain question. */
  readonly check: (after: string | undefined) => Promise<Reachability>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly onMessage: (message: FeedMessage) => void;
  readonly onStatus: (status: ConnectionStatus) => void;
  /** The session does not count any more; the connection has stopped. */
  readonly onSignedOut: () => void;
}

/**
 * Keeps one line to the shop open: the best way that works, from the cursor reached so far, again and again. Every
 * message is delivered in order; the cursor moves with them, so nothing is missed between two lines.
 */
export class Connection {
  readonly #parts: ConnectionParts;
  readonly #pulse: Pulse;
  #ladder: Ladder;
  #transport: Transport | undefined;
  #rung = 0;
  #isOpen = false;
  #hasHeld = false;
  #cancelWait: (() => void) | undefined;
  /** Before this nobody may hurry: the server said so. */
  #notBefore = 0;
  #cursor: string | undefined;
  #status: ConnectionStatus;
  #isReported = false;
  #running = false;
  #online = true;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#ladder = newLadder(parts.transports.length);
    this.#status = { phase: "connecting", again: false, confirmedAt: parts.clock.now() };
    this.#pulse = new Pulse({
      clock: parts.clock,
      probe: () => this.#transport?.probe(),
      doubt: () => this.#show("catching_up"),
      silent: () => this.#lost({}),
      tick: () => this.#tick(),
    });
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** Begins after that cursor, or from a snapshot. `status`: what is known of the page by now, from another line. */
  start(after: string | undefined, status = this.#status): void {
    this.#running = true;
    this.#cursor = after;
    this.#status = status;
    this.#isReported = false;
    if (this.#online) return this.#open();
    this.#show("offline");
  }

  stop(): void {
    this.#running = false;
    this.#drop();
  }

  /** Somebody looks at the page: do not let them wait for a backoff, nor trust a line that has long been quiet. */
  wake(): void {
    if (this.#online) this.insist();
  }

  /** Somebody wants to know now, also where the browser believes that there is no network: it may be wrong. */
  insist(): void {
    if (!this.#running) return;
    if (this.#transport !== undefined) return this.#pulse.hurry();
    if (this.#parts.clock.now() >= this.#notBefore) this.#open();
  }

  setOnline(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    if (!this.#running) return;
    if (online) return this.#open();
    this.#drop();
    this.#show("offline");
  }

  #open(): void {
    this.#drop();
    this.#show("connecting");
    const { clock, transports } = this.#parts;
    this.#rung = bestRung(this.#ladder, clock.now());
    const openTransport = transports[this.#rung];
    if (openTransport === undefined) return;

    // A transport that fails at once reports before it is returned.
    const attempt = { current: true };
    const mine = (task: () => void) => (): void => {
      if (attempt.current) task();
    };
    const end = (how: { readonly afterMs?: number }): void => {
      if (!attempt.current) return;
      attempt.current = false;
      this.#lost(how);
    };
    this.#cancelWait = clock.after(OPEN_WITHIN_MS, () => end({}));
    const transport = openTransport(this.#cursor, {
      connected: mine(() => this.#show("catching_up")),
      heard: mine(() => this.#heard()),
      message: (message) => mine(() => this.#receive(message))(),
      closed: end,
    });
    const close = (): void => {
      attempt.current = false;
      transport.close();
    };
    if (!attempt.current) return transport.close();
    this.#transport = { probe: () => transport.probe(), close };
  }

  #receive(message: FeedMessage): void {
    this.#heard();
    if (message.type !== "resumed") this.#cursor = message.cursor;
    this.#parts.onMessage(message);
    if (message.type === "event" || this.#isOpen) return;

    this.#isOpen = true;
    this.#online = true;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#hasHeld = false;
    this.#pulse.start();
    this.#show("live");
  }

  #heard(): void {
    this.#pulse.heard();
    if (this.#isOpen) this.#show("live");
  }

  #lost({ afterMs }: { readonly afterMs?: number }): void {
    const wasOpen = this.#isOpen;
    this.#drop();
    if (!this.#running) return;
    if (!this.#online) return this.#show("offline");

    this.#show("connecting");
    const { clock, random } = this.#parts;
    const now = clock.now();
    if (afterMs !== undefined) {
      this.#notBefore = now + afterMs;
      return this.#openAfter(afterMs);
    }
    if (!wasOpen) this.#ladder = failed(this.#ladder, this.#rung, { now });
    else if (!this.#hasHeld) this.#ladder = fell(this.#ladder);
    if (shouldCheck(this.#ladder)) return void this.#check();
    this.#openAfter(backoffMs(this.#ladder.failures, random));
  }

  async #check(): Promise<void> {
    const { check, random, onSignedOut } = this.#parts;
    const wait = { over: false };
    this.#cancelWait = () => {
      wait.over = true;
    };
    const answer = await check(this.#cursor);
    if (wait.over || !this.#running) return;

    if (answer === "signed_out") {
      this.stop();
      return onSignedOut();
    }
    this.#ladder = checked(this.#ladder, answer === "reachable");
    this.#openAfter(answer === "reachable" ? 0 : backoffMs(this.#ladder.failures, random));
  }

  #openAfter(delayMs: number): void {
    this.#cancelWait = this.#parts.clock.after(delayMs, () => this.#open());
  }

  #tick(): void {
    this.#hasHeld = true;
    this.#ladder = held(this.#ladder);
    if (bestRung(this.#ladder, this.#parts.clock.now()) < this.#rung) this.#open();
  }

  #drop(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#pulse.stop();
    this.#isOpen = false;
    const transport = this.#transport;
    this.#transport = undefined;
    transport?.close();
  }

  #show(phase: Phase): void {
    const before = this.#status;
    if (phase === before.phase && this.#isReported) return;
    this.#isReported = true;
    const heardAt = before.phase === "live" ? Math.max(before.confirmedAt, this.#pulse.heardAt) : before.confirmedAt;
    const confirmedAt = phase === "live" ? this.#parts.clock.now() : heardAt;
    this.#status = { phase, again: before.again || phase === "live", confirmedAt };
    this.#parts.onStatus(this.#status);
  }
}
