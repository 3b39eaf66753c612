import { FakeClock } from "../../harness/fake_clock.ts";
import type { CutOptions, TcpProxy } from "../../harness/tcp_proxy.ts";
import type { PostgresOptions } from "../../harness/postgres.ts";
import { until, type UntilOptions } from "../../harness/until.ts";
import { type Chance, seeded } from "../../machines/seeded.ts";
import { ClusterNode } from "./cluster_node.ts";
import { beforeLastWord } from "./commit_bytes.ts";
import { type LinkName, LINKS, type Services, startServices } from "./services.ts";

export interface ClusterOptions {
  /** 3 when absent. */
  readonly nodes?: number;
  /** Of `chance`. Taken from `VITRINE_TEST_SEED`, or at random, when absent. */
  readonly seed?: number;
  /** Settings of every node, over the harness's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Settings of PostgreSQL, over the harness's own. */
  readonly postgres?: PostgresOptions["settings"];
  /** Gives every node a wall clock that `skew` can set wrong. */
  readonly fakeClocks?: boolean;
  /** Nodes reach the servers without a proxy, whose work would be measured too: nothing can be cut or delayed. */
  readonly direct?: boolean;
}

const SHOWN_LINES = 100;

/** Private NATS, PostgreSQL and Redis, and so many nodes, all ready. Everything is gone when disposed. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await prepareCluster(options);
  try {
    await Promise.all(cluster.nodes.map((_, index) => cluster.start(index)));
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
  return cluster;
}

/** The same, with no node started yet. */
export async function prepareCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { nodes: count = 3, env = {}, fakeClocks = false, direct = false } = options;
  const seed = options.seed ?? Number(Deno.env.get("VITRINE_TEST_SEED") ?? Math.floor(Math.random() * 1e9));
  const services = await startServices({ postgres: options.postgres });
  const nodes: ClusterNode[] = [];
  const cluster = new Cluster({ seed, services, nodes });
  try {
    const shared = { JWT_SECRET: `${crypto.randomUUID()}${crypto.randomUUID()}`, ...env };
    while (nodes.length < count) {
      const clock = fakeClocks ? await FakeClock.create() : undefined;
      nodes.push(await ClusterNode.prepare({ services, env: shared, clock, direct }));
    }
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
  return cluster;
}

/** Runs a test on a cluster of its own. When it fails, what the nodes printed is shown. */
export async function withCluster(options: ClusterOptions, test: (cluster: Cluster) => Promise<void>): Promise<void> {
  await using cluster = await startCluster(options);
  console.info(`VITRINE_TEST_SEED=${cluster.seed}`);
  try {
    await test(cluster);
  } catch (error) {
    console.error(cluster.logs());
    throw error;
  }
}

/** The verbs of the harness, for nodes by index from 0. Each resolves when it has happened. */
export class Cluster implements AsyncDisposable {
  readonly seed: number;
  readonly chance: Chance;
  readonly nodes: readonly ClusterNode[];
  /** To be frozen, killed and started by their own verbs. */
  readonly services: Services;

  constructor({ seed, services, nodes }: Pick<Cluster, "seed" | "services" | "nodes">) {
    this.seed = seed;
    this.chance = seeded(seed);
    this.services = services;
    this.nodes = nodes;
  }

  /** Where the nodes are, whether they run or not. */
  get urls(): readonly string[] {
    return this.nodes.map(({ server }) => server.url);
  }

  /** Starts a node and waits until it is ready. */
  async start(index: number): Promise<void> {
    this.launch(index);
    await this.#node(index).server.untilReady();
  }

  /** Starts a node and does not wait for it. */
  launch(index: number): void {
    this.#noted(index, "start").server.launch();
  }

  /** SIGTERM: the status that it ends with. */
  async stop(index: number): Promise<number> {
    return await this.#noted(index, "stop").server.stop();
  }

  /** kill -9. */
  async kill(index: number): Promise<void> {
    await this.#noted(index, "kill").server.kill();
  }

  freeze(index: number): void {
    this.#noted(index, "freeze").server.freeze();
  }

  thaw(index: number): void {
    this.#noted(index, "thaw").server.thaw();
  }

  /** Between a node and a server nothing gets through until `heal`. */
  cut(index: number, link: LinkName, options?: CutOptions): void {
    this.#noted(index, `cut from ${link}`).links[link].cut(options);
  }

  delay(index: number, link: LinkName, ms: number): void {
    this.#noted(index, `${ms} ms from ${link}`).links[link].delay(ms);
  }

  /** After so many more bytes towards the server, or from it, nothing gets through until `heal`. */
  freezeAfterBytes(
    index: number,
    link: LinkName,
    { bytes, towards }: { readonly bytes: number } & Parameters<TcpProxy["freezeAfterBytes"]>[1],
  ): void {
    this.#noted(index, `cut from ${link} after ${bytes} bytes`).links[link].freezeAfterBytes(bytes, { towards });
  }

  /**
   * The node's next commit of something added to a cart stops before its last word: PostgreSQL has done it all but for
   * the end, and holds the partitions' rows. Nothing gets through until `heal`.
   */
  freezeInCommit(index: number): void {
    this.#noted(index, "cut from postgres in a commit").links.postgres.freezeIn(beforeLastWord);
  }

  /** Everything gets through again on a link; on all of a node, or of all nodes, when not told which. */
  heal(index?: number, link?: LinkName): void {
    const nodes = index === undefined ? this.nodes : [this.#node(index)];
    for (const node of nodes) {
      node.note(`heal ${link ?? "all links"}`);
      for (const name of link === undefined ? LINKS : [link]) node.links[name].heal();
    }
  }

  /** Sets a node's wall clock so much ahead, or back where negative; only where `fakeClocks` are. */
  async skew(index: number, aheadMs: number): Promise<void> {
    const { clock } = this.#noted(index, `clock ${aheadMs} ms ahead`);
    if (clock === undefined) throw new Error(`Cannot set the clock of node ${index}: the cluster has no fakeClocks`);
    await clock.set(aheadMs);
  }

  /** NATS loses every stream, consumer and bucket. */
  async wipe(service: "nats"): Promise<void> {
    this.#noteAll(`wipe ${service}`);
    await this.services[service].wipe();
  }

  /** A server ends and starts again with what it keeps. */
  async restart(service: LinkName): Promise<void> {
    this.#noteAll(`restart ${service}`);
    const server = this.services[service];
    await server.stop();
    await server.start();
  }

  isReady(index: number): Promise<boolean> {
    return this.#node(index).server.isReady();
  }

  /** Polls until `condition` holds; fails with what was waited for and what the nodes printed. */
  async until(condition: () => boolean | Promise<boolean>, options: UntilOptions): Promise<void> {
    await until(condition, { ...options, what: () => `${options.what()}\n${this.logs()}` });
  }

  /** The last lines of every node. */
  logs(): string {
    return this.nodes.map(({ lines, server }, index) => {
      const state = server.isRunning ? "running" : "not running";
      return [`== node ${index}, ${server.url}, ${state}`, ...lines.slice(-SHOWN_LINES)].join("\n");
    }).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()));
    await this.services[Symbol.asyncDispose]();
  }

  #node(index: number): ClusterNode {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`Cannot find node ${index}: there are ${this.nodes.length}`);
    return node;
  }

  #noted(index: number, what: string): ClusterNode {
    const node = this.#node(index);
    node.note(what);
    return node;
  }

  #noteAll(what: string): void {
    for (const node of this.nodes) node.note(what);
  }
}
