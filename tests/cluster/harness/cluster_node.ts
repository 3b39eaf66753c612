import type { FakeClock } from "../../harness/fake_clock.ts";
import { TcpProxy } from "../../harness/tcp_proxy.ts";
import { VitrineServer } from "../../harness/vitrine_server.ts";
import { type LinkName, LINKS, serviceEnvironment, type Services } from "./services.ts";

export interface ClusterNodeOptions {
  readonly services: Services;
  readonly env: Readonly<Record<string, string>>;
  readonly clock?: FakeClock;
  readonly direct: boolean;
}

const REMEMBERED_LINES = 2000;

/** One node of a cluster: its process, and the links between it and the servers. */
export class ClusterNode implements AsyncDisposable {
  readonly server: VitrineServer;
  readonly links: Readonly<Record<LinkName, TcpProxy>>;
  readonly clock: FakeClock | undefined;
  readonly #lines: string[];
  #name = "";

  private constructor(
    server: VitrineServer,
    parts: { readonly links: ClusterNode["links"]; readonly lines: string[]; readonly clock?: FakeClock },
  ) {
    this.server = server;
    this.links = parts.links;
    this.clock = parts.clock;
    this.#lines = parts.lines;
  }

  /** One that is yet to be started. */
  static async prepare({ services, env, clock, direct }: ClusterNodeOptions): Promise<ClusterNode> {
    const links = {
      nats: new TcpProxy({ toPort: services.nats.port }),
      postgres: new TcpProxy({ toPort: services.postgres.port }),
      redis: new TcpProxy({ toPort: services.redis.port }),
    };
    const ports = direct ? {} : { nats: links.nats.port, postgres: links.postgres.port, redis: links.redis.port };
    const lines: string[] = [];
    const server = await VitrineServer.prepare({
      env: { ...serviceEnvironment(services, ports), LOG_LEVEL: "info", ...clock?.env, ...env },
      onLine: (line) => {
        remember(lines, line);
        node.#name = /"joined".*"node":"(\w+)"/.exec(line)?.[1] ?? node.#name;
      },
    });
    const node = new ClusterNode(server, { links, lines, clock });
    return node;
  }

  /** What the others know it by: another name in each of its lives, empty before it has said so. */
  get name(): string {
    return this.#name;
  }

  /** What it printed over all its lives, and what was done to it. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Writes into its log what a test does to it. */
  note(what: string): void {
    remember(this.#lines, `--- ${what} at ${new Date().toISOString()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await Promise.all(LINKS.map((link) => this.links[link][Symbol.asyncDispose]()));
    await this.clock?.[Symbol.asyncDispose]();
  }
}

function remember(lines: string[], line: string): void {
  lines.push(line);
  if (lines.length > REMEMBERED_LINES) lines.shift();
}
