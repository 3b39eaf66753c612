import type { Clock } from "../runtime/ports.ts";
import {
  type Cluster,
  ClusterError,
  LARGEST_BODY_BYTES,
  type NodeService,
  type PartitionService,
  TTL_MS,
} from "./ports.ts";

interface Sign {
  readonly text: string;
  readonly at: number;
}

const encoder = new TextEncoder();

/** The nodes of one process: what is sent between them arrives a moment later, unless a wire is cut. */
export class Hub {
  readonly #members = new Map<string, HubMember>();
  readonly #signs = new Map<string, Sign>();
  readonly #cut = new Set<string>();
  readonly #losing = new Set<string>();
  readonly #doubling = new Set<string>();

  /** A node's end of the hub. `clock` is the node's own: what stops with it is never delivered. */
  member(node: string, clock: Clock): HubMember {
    const member = new HubMember(this, node, clock);
    this.#members.set(node, member);
    return member;
  }

  /** It reaches nobody and nobody reaches it. */
  cut(node: string): void {
    this.#cut.add(node);
  }

  heal(node: string): void {
    this.#cut.delete(node);
    this.#members.get(node)?.reconnected();
  }

  /** It has died: it serves nothing any more, and its sign of life fades. */
  drop(node: string): void {
    this.#members.delete(node);
  }

  /** The next that it sends to a node is lost without a trace. */
  loseNext(node: string): void {
    this.#losing.add(node);
  }

  /** Whether what that node sends now is lost. */
  loses(node: string): boolean {
    return this.#losing.delete(node);
  }

  /** The next that it tells or sends comes twice. */
  doubleNext(node: string): void {
    this.#doubling.add(node);
  }

  /** How often what that node tells or sends now comes. */
  times(node: string): 1 | 2 {
    return this.#doubling.delete(node) ? 2 : 1;
  }

  /** All signs of life are lost. */
  wipe(): void {
    this.#signs.clear();
    for (const member of this.#members.values()) member.stirred();
  }

  reaches(node: string): boolean {
    return this.#members.has(node) && !this.#cut.has(node);
  }

  others(node: string): readonly HubMember[] {
    return [...this.#members.values()].filter((other) => other.node !== node && this.reaches(other.node));
  }

  find(node: string): HubMember | undefined {
    return this.reaches(node) ? this.#members.get(node) : undefined;
  }

  serving(partition: number): readonly HubMember[] {
    return [...this.#members.values()].filter((member) => this.reaches(member.node) && member.serves(partition));
  }

  beat(node: string, sign: Sign | undefined): void {
    if (sign === undefined) this.#signs.delete(node);
    else this.#signs.set(node, sign);
    for (const other of this.others(node)) other.stirred();
  }

  signs(now: number): ReadonlyMap<string, string> {
    const fresh = [...this.#signs].filter(([, { at }]) => now - at < TTL_MS);
    return new Map(fresh.map(([node, { text }]): [string, string] => [node, text]));
  }
}

/** One node's end of a hub. */
export class HubMember implements Cluster {
  readonly node: string;
  readonly #hub: Hub;
  readonly #clock: Clock;
  readonly #served = new Map<number, Set<Serving>>();
  #service: NodeService | undefined;

  constructor(hub: Hub, node: string, clock: Clock) {
    this.node = node;
    this.#hub = hub;
    this.#clock = clock;
  }

  get connected(): boolean {
    return this.#hub.reaches(this.node);
  }

  join(service: NodeService): Promise<void> {
    this.#service = service;
    return Promise.resolve();
  }

  serve(partition: number, service: PartitionService): () => void {
    const serving = { service };
    const all = this.#served.get(partition) ?? new Set();
    this.#served.set(partition, all.add(serving));
    return () => void all.delete(serving);
  }

  serves(partition: number): boolean {
    return (this.#served.get(partition)?.size ?? 0) > 0;
  }

  /** All who serve it are asked; the first answer counts. */
  request(partition: number, body: string, { timeoutMs }: { readonly timeoutMs: number }): Promise<string> {
    if (!this.connected) return Promise.reject(this.#away());
    if (isTooLarge(body)) return Promise.reject(tooLarge(body));
    const owners = this.#hub.serving(partition);
    if (owners.length === 0) {
      return Promise.reject(new ClusterError("nobody", `Cannot ask partition ${partition}: nobody serves it`));
    }
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(
        timeoutMs,
        () => reject(new ClusterError("lost", `Cannot wait for partition ${partition} any longer: no answer came`)),
      );
      const settle = (answer: string): void => {
        cancel();
        return isTooLarge(answer) ? reject(tooLarge(answer)) : resolve(answer);
      };
      for (const owner of owners) {
        owner.takeRequest(partition, body, (answer) => {
          if (this.#hub.reaches(owner.node)) this.takeIn(() => settle(answer));
        });
      }
    });
  }

  tell(partition: number, body: string): void {
    if (isTooLarge(body)) throw tooLarge(body);
    if (!this.connected) return;
    const times = this.#hub.times(this.node);
    for (const owner of this.#hub.serving(partition)) {
      for (let time = 0; time < times; time++) owner.takeTold(partition, body);
    }
  }

  send(node: string, body: string): void {
    if (isTooLarge(body)) throw tooLarge(body);
    if (!this.connected || this.#hub.loses(this.node)) return;
    const other = this.#hub.find(node);
    const times = this.#hub.times(this.node);
    for (let time = 0; time < times; time++) other?.takeIn(() => other.#service?.sent(body));
  }

  announce(body: string): void {
    if (isTooLarge(body)) throw tooLarge(body);
    if (!this.connected) return;
    for (const other of this.#hub.others(this.node)) other.takeIn(() => other.#service?.announced(body));
  }

  beat(text: string): Promise<void> {
    if (!this.connected) return Promise.reject(this.#away());
    this.#hub.beat(this.node, { text, at: this.#clock.now() });
    return Promise.resolve();
  }

  fade(): Promise<void> {
    if (!this.connected) return Promise.reject(this.#away());
    this.#hub.beat(this.node, undefined);
    return Promise.resolve();
  }

  signs(): Promise<ReadonlyMap<string, string>> {
    if (!this.connected) return Promise.reject(this.#away());
    return Promise.resolve(this.#hub.signs(this.#clock.now()));
  }

  /** Replies with what is made of it here; never when this node has died meanwhile. */
  takeRequest(partition: number, body: string, reply: (answer: string) => void): void {
    this.takeIn(() => {
      for (const { service } of this.#served.get(partition) ?? []) service.answer(body).then(reply);
    });
  }

  takeTold(partition: number, body: string): void {
    this.takeIn(() => {
      for (const { service } of this.#served.get(partition) ?? []) service.tell(body);
    });
  }

  /** Delivers in the order of the calls, and only while wires hold. */
  takeIn(deliver: () => void): void {
    this.#clock.after(0, () => {
      if (this.connected) deliver();
    });
  }

  reconnected(): void {
    this.takeIn(() => this.#service?.reconnected());
  }

  stirred(): void {
    this.takeIn(() => this.#service?.stirred());
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#served.clear();
    this.#hub.drop(this.node);
    return Promise.resolve();
  }

  #away(): ClusterError {
    return new ClusterError("away", "Cannot reach the other nodes: cut off");
  }
}

interface Serving {
  readonly service: PartitionService;
}

function isTooLarge(body: string): boolean {
  return body.length * 3 > LARGEST_BODY_BYTES && encoder.encode(body).length > LARGEST_BODY_BYTES;
}

function tooLarge(body: string): ClusterError {
  return new ClusterError("too_large", `Cannot send ${encoder.encode(body).length} bytes: more than a message holds`);
}
