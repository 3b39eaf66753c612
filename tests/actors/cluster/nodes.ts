import { Hub } from "../../../actors/cluster/hub.ts";
import { TTL_MS } from "../../../actors/cluster/ports.ts";
import type { Answer } from "../../../actors/runtime/actors.ts";
import type { NodeOptions, RunningNode } from "../runtime/node.ts";
import { Reader } from "../runtime/reader.ts";
import type { TallyCommand } from "../runtime/tally_kind.ts";
import { World, type WorldOptions } from "../runtime/world.ts";

/** Several nodes on one store and one hub, in a time that stands still unless it is moved. */
export class Nodes {
  readonly world: World;
  readonly hub = new Hub();
  readonly #options: NodeOptions;
  #alive: RunningNode[] = [];

  private constructor(world: World, options: NodeOptions) {
    this.world = world;
    this.#options = options;
  }

  static async start(count: number, options: WorldOptions & { readonly node?: NodeOptions } = {}): Promise<Nodes> {
    const nodes = new Nodes(new World(options), options.node ?? {});
    for (let started = 0; started < count; started++) await nodes.join();
    await nodes.settle();
    return nodes;
  }

  get alive(): readonly RunningNode[] {
    return this.#alive;
  }

  async join(options: Pick<NodeOptions, "journal"> = {}): Promise<RunningNode> {
    const node = await this.world.start({ ...this.#options, ...options, hub: this.hub });
    this.#alive.push(node);
    return node;
  }

  crash(node: RunningNode): void {
    node.crash();
    this.#alive = this.#alive.filter((other) => other !== node);
  }

  /** Ends it properly. */
  async leave(node: RunningNode): Promise<void> {
    this.#alive = this.#alive.filter((other) => other !== node);
    await this.world.until(node.close());
  }

  cut(node: RunningNode): void {
    this.hub.cut(node.name);
  }

  heal(node: RunningNode): void {
    this.hub.heal(node.name);
  }

  /** Until everybody has seen everybody for long enough to believe it. */
  settle(): Promise<void> {
    return this.world.advance(3 * TTL_MS);
  }

  /** Who has that actor; fails unless it is exactly one of the living. */
  ownerOf(id: string): RunningNode {
    const owners = this.#alive.filter((node) => node.actors.owns(this.world.partitionOf(id)));
    const [owner] = owners;
    if (owner === undefined || owners.length > 1) throw new Error(`Cannot name the owner of "${id}": ${owners.length}`);
    return owner;
  }

  /** Some living node that does not have that actor. */
  strangerTo(id: string): RunningNode {
    const stranger = this.#alive.find((node) => !node.actors.owns(this.world.partitionOf(id)));
    if (stranger === undefined) throw new Error(`Cannot find a node without "${id}"`);
    return stranger;
  }

  /** Asks through that node, in time that goes by. */
  ask(node: RunningNode, id: string, command: TallyCommand, key?: string): Promise<Answer> {
    return this.world.until(node.ask(id, command, key === undefined ? {} : { key }));
  }

  async listen(node: RunningNode, id: string, reader = new Reader()): Promise<Reader> {
    await this.world.until(node.listen(id, reader));
    return reader;
  }
}
