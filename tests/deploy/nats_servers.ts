import { Child } from "../harness/child.ts";
import { freePort } from "../harness/free_port.ts";
import { natsProgram } from "../harness/nats_program.ts";
import { until } from "../harness/until.ts";

const CONFIG = new URL("../../deploy/nats.conf", import.meta.url).pathname;
const SERVERS = 3;

export const PASSWORDS = {
  nodes: "nodes-secret",
  services: "services-secret",
  observers: "observers-secret",
} as const;

export type NatsUser = keyof typeof PASSWORDS;

/** Three servers on 127.0.0.1 with the configuration that is deployed, one cluster; gone when disposed. */
export class NatsServers implements AsyncDisposable {
  readonly #children: readonly Child[];
  readonly #ports: readonly number[];
  readonly #directory: string;

  private constructor(
    children: readonly Child[],
    { ports, directory }: { ports: readonly number[]; directory: string },
  ) {
    this.#children = children;
    this.#ports = ports;
    this.#directory = directory;
  }

  static async start(): Promise<NatsServers> {
    const program = await natsProgram();
    const directory = await Deno.makeTempDir({ prefix: "vitrine-nats-" });
    const places = Array.from({ length: SERVERS }, () => ({ port: freePort(), http: freePort(), route: freePort() }));
    const routes = places.map(({ route }) => `nats://routes:routes-secret@127.0.0.1:${route}`);
    const children = places.map(({ port, http, route }, index) =>
      new Child(program, {
        args: [
          `--config=${CONFIG}`,
          "--cluster_name=vitrine",
          `--cluster=nats://routes:routes-secret@127.0.0.1:${route}`,
          `--routes=${routes.join(",")}`,
          "--addr=127.0.0.1",
          `--port=${port}`,
          `--http_port=${http}`,
          `--store_dir=${directory}/${index}`,
        ],
        env: {
          NATS_SERVER_NAME: `nats${index}`,
          NATS_NODES_PASSWORD: PASSWORDS.nodes,
          NATS_SERVICES_PASSWORD: PASSWORDS.services,
          NATS_OBSERVERS_PASSWORD: PASSWORDS.observers,
        },
      })
    );
    const servers = new NatsServers(children, { ports: places.map(({ port }) => port), directory });
    try {
      // As the container's health check asks.
      for (const { http } of places) await servers.#untilHealthy(http);
    } catch (error) {
      await servers[Symbol.asyncDispose]();
      throw error;
    }
    return servers;
  }

  /** As a node is told. */
  url(user: NatsUser): string {
    const [first, ...others] = this.#ports;
    const login = `${user}:${PASSWORDS[user]}`;
    return [`nats://${login}@127.0.0.1:${first}`, ...others.map((port) => `nats://127.0.0.1:${port}`)].join(",");
  }

  get output(): string {
    return this.#children.map(({ output }) => output).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#children.map((child) => child.kill()));
    await Deno.remove(this.#directory, { recursive: true });
  }

  async #untilHealthy(port: number): Promise<void> {
    await until(async () => {
      if (this.#children.some(({ hasExited }) => hasExited)) throw new Error(`Cannot start NATS:\n${this.output}`);
      try {
        const response = await fetch(`http://127.0.0.1:${port}/healthz`);
        await response.body?.cancel();
        return response.ok;
      } catch {
        return false;
      }
    }, { withinMs: 60_000, what: () => `a healthy NATS\n${this.output}` });
  }
}
