import { Child } from "../harness/child.ts";
import { freePort } from "../harness/free_port.ts";
import { until } from "../harness/until.ts";

const CONFIG = new URL("../../deploy/Caddyfile", import.meta.url).pathname;

/** Caddy with the configuration that is deployed, before other nodes; gone when disposed. */
export class Balancer implements AsyncDisposable {
  readonly url: string;
  readonly #child: Child;
  readonly #directory: string;

  private constructor(child: Child, { url, directory }: { readonly url: string; readonly directory: string }) {
    this.#child = child;
    this.url = url;
    this.#directory = directory;
  }

  /** Whether there is a Caddy here. Tests install none: it is no part of Vitrine. */
  static async isInstalled(): Promise<boolean> {
    try {
      return (await new Deno.Command("caddy", { args: ["version"], stdout: "null", stderr: "null" }).output()).success;
    } catch {
      return false;
    }
  }

  static async start(nodes: readonly string[]): Promise<Balancer> {
    const directory = await Deno.makeTempDir({ prefix: "vitrine-caddy-" });
    const port = freePort();
    const child = new Child("caddy", {
      args: ["run", "--config", CONFIG, "--adapter", "caddyfile"],
      env: {
        BALANCER_PORT: String(port),
        BALANCER_LAST_RESORT_PORT: String(freePort()),
        BALANCER_NODES: nodes.map((url) => new URL(url).host).join(" "),
        XDG_DATA_HOME: directory,
        XDG_CONFIG_HOME: directory,
      },
    });
    const balancer = new Balancer(child, { url: `http://127.0.0.1:${port}`, directory });
    try {
      await until(() => balancer.#serves(), { withinMs: 30_000, what: () => `the balancer\n${child.output}` });
    } catch (error) {
      await balancer[Symbol.asyncDispose]();
      throw error;
    }
    return balancer;
  }

  get output(): string {
    return this.#child.output;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.kill();
    await Deno.remove(this.#directory, { recursive: true });
  }

  async #serves(): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/api/products?limit=1`);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }
}
