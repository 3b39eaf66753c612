import type { Opening, Outlet, ResetReason, Subscription } from "./actors.ts";
import type { Backlog } from "./backlog.ts";
import type { Cursors } from "./cursor.ts";
import { ActorError, StoreError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { Outlets, Registration } from "./outlets.ts";
import type { Resident } from "./resident.ts";

/** Puts a read into the actor's mailbox and resolves to what `serve` made of the committed actor. */
export type ReadActor = <Result>(
  subscription: Subscription,
  serve: (resident: Resident) => Result,
) => Promise<Result>;

export interface SubscriptionsOptions {
  readonly readActor: ReadActor;
  readonly outlets: Outlets;
  readonly cursors: Cursors;
  readonly backlog: Backlog;
  readonly limits: Limits;
  readonly resumed: (outcome: Opening["outcome"]) => void;
}

/** How a subscription begins, as the actor sees it between two commits. */
type Start =
  | { readonly kind: "denied" }
  | { readonly kind: "open"; readonly opening: Opening; readonly detach: () => void }
  | {
    readonly kind: "behind";
    readonly resident: Resident;
    readonly registration: Registration | undefined;
    readonly after: number;
    readonly upTo: number;
    readonly detach: () => void;
  };

function nothing(): void {}

/**
 * Joins streams to journals without a gap: the outlet is registered between two commits, at the version that the backlog
 * is then read up to; what is committed meanwhile is held until the backlog has been handed over.
 */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  async subscribe(subscription: Subscription, outlet: Outlet): Promise<() => void> {
    const { detach } = await this.#begin(subscription, outlet);
    return detach;
  }

  async changes(subscription: Subscription): Promise<Opening> {
    const { opening } = await this.#begin(subscription, undefined);
    return opening;
  }

  async #begin(
    subscription: Subscription,
    outlet: Outlet | undefined,
  ): Promise<{ readonly opening: Opening; readonly detach: () => void }> {
    const start = await this.#options.readActor(
      subscription,
      (resident) => this.#start(resident, { subscription, outlet }),
    );
    if (start.kind === "denied") {
      throw new ActorError("not_readable", "retry", `Cannot read "${subscription.address}": no such feed`);
    }
    if (start.kind === "open") return start;

    const opening = await this.#catchUp(start, subscription.feed);
    const isShown = start.registration?.closed !== "failed";
    if (isShown && start.registration?.closed !== undefined) {
      throw new ActorError("moved", "retry", `Cannot resume "${subscription.address}": its partition has moved`);
    }
    if (opening === undefined || !isShown || start.registration?.isOverrun === true) {
      start.detach();
      return this.#begin({ ...subscription, after: "" }, outlet);
    }
    this.#options.resumed("resumed");
    const isWell = this.#options.outlets.tell(() => {
      outlet?.open(opening);
      for (const frame of start.registration?.held ?? []) outlet?.deliver(frame);
    });
    if (!isWell) {
      start.detach();
      throw new ActorError("message_failed", "retry", `Cannot open "${subscription.address}": its outlet failed`);
    }
    if (start.registration !== undefined) start.registration.held = undefined;
    return { opening, detach: start.detach };
  }

  #start(
    resident: Resident,
    { subscription, outlet }: { readonly subscription: Subscription; readonly outlet: Outlet | undefined },
  ): Start {
    const { feed, principal, after, address } = subscription;
    if (!resident.kind.mayRead(resident.state, principal, feed)) return { kind: "denied" };
    if (after === undefined || after === "") return this.#openWithState(resident, { feed, outlet });

    const read = this.#options.cursors.read(after, { address, current: resident.version });
    if (!read.valid) return this.#openWithState(resident, { feed, outlet, reason: read.reason });
    if (resident.version - read.version > this.#options.limits.resumeEvents) {
      return this.#openWithState(resident, { feed, outlet });
    }
    if (read.version === resident.version) {
      const opening = { outcome: "resumed", cursor: this.#cursor(resident), frames: [] } as const;
      return this.#open(resident, { feed, outlet, opening });
    }
    const holdLimit = this.#options.limits.resumeEvents;
    const registration = outlet === undefined ? undefined : { feed, outlet, held: [], holdLimit };
    const detach = registration === undefined ? nothing : this.#options.outlets.attach(address, registration);
    return { kind: "behind", resident, registration, after: read.version, upTo: resident.version, detach };
  }

  #openWithState(
    resident: Resident,
    { feed, outlet, reason }: {
      readonly feed: string;
      readonly outlet: Outlet | undefined;
      readonly reason?: ResetReason;
    },
  ): Start {
    const stateJson = JSON.stringify(resident.kind.feedState(resident.state, feed));
    const cursor = this.#cursor(resident);
    const opening: Opening = reason === undefined
      ? { outcome: "snapshot", cursor, stateJson }
      : { outcome: "reset", cursor, stateJson, reason };
    return this.#open(resident, { feed, outlet, opening });
  }

  #open(
    resident: Resident,
    { feed, outlet, opening }: {
      readonly feed: string;
      readonly outlet: Outlet | undefined;
      readonly opening: Opening;
    },
  ): Start {
    this.#options.resumed(opening.outcome);
    if (outlet === undefined) return { kind: "open", opening, detach: nothing };
    const detach = this.#options.outlets.attach(resident.address, { feed, outlet, held: undefined, holdLimit: 0 });
    if (!this.#options.outlets.tell(() => outlet.open(opening))) {
      detach();
      throw new Error("the outlet failed");
    }
    return { kind: "open", opening, detach };
  }

  /** The missed frames; undefined when they are too many bytes to send, or one cannot be shown. */
  async #catchUp(start: Start & { readonly kind: "behind" }, feed: string): Promise<Opening | undefined> {
    const { resident, after, upTo, detach } = start;
    const { address, kind } = resident;
    try {
      const rows = await this.#options.backlog.read({ address, after, upTo });
      if (rows.length !== upTo - after) {
        throw new StoreError("unknown", `Cannot resume "${address}": journal has a gap`);
      }
      const frames = rows.flatMap((row) =>
        this.#options.outlets.frame({ row, kind, fact: { ...JSON.parse(row.dataJson), type: row.type } }, feed) ?? []
      );
      if (frames.length !== rows.length) return undefined;
      const bytes = frames.reduce((sum, { dataJson }) => sum + (dataJson?.length ?? 0), 0);
      if (bytes > this.#options.limits.resumeBytes) return undefined;
      return { outcome: "resumed", cursor: this.#options.cursors.make(address, upTo), frames };
    } catch (error) {
      detach();
      throw new ActorError("unavailable", "retry", `Cannot resume "${address}": store away`, { cause: error });
    }
  }

  #cursor(resident: Resident): string {
    return this.#options.cursors.make(resident.address, resident.version);
  }
}
