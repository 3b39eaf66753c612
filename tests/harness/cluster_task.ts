import { z } from "zod";
import { serviceEnvironment, type Services, startServices } from "../cluster/harness/services.ts";
import { until } from "./until.ts";
import { VitrineServer } from "./vitrine_server.ts";

export interface ClusterTaskOptions {
  /** Of the first node; the others follow. */
  readonly firstPort: number;
  readonly nodes: number;
  readonly say: (line: string) => void;
}

const START_MS = 60_000;
const LAST_PORT = 65_535;

const Failure = z.looseObject({ error: z.looseObject({ message: z.string() }) });

/** A cluster for developers: servers and nodes of its own, in a temporary directory that goes when it ends. */
export class ClusterTask {
  readonly #options: ClusterTaskOptions;
  readonly #secret = `${crypto.randomUUID()}${crypto.randomUUID()}`;
  #isEnding = false;

  constructor(options: ClusterTaskOptions) {
    this.#options = options;
  }

  /** Runs until `ended`, then drains the nodes one by one. Throws in one sentence when something cannot start. */
  async run(ended: Promise<void>): Promise<void> {
    for (let index = 0; index < this.#options.nodes; index++) checkPort(this.#options.firstPort + index);
    await using opened = new AsyncDisposableStack();
    const directory = await Deno.makeTempDir({ prefix: "vitrine-cluster-" });
    opened.defer(() => Deno.remove(directory, { recursive: true }));
    // PostgreSQL may run as another user.
    await Deno.chmod(directory, 0o755);
    // Whatever is started makes its directories there.
    Deno.env.set("TMPDIR", directory);

    const { say } = this.#options;
    const services = opened.use(await startServices());
    say(`PostgreSQL: ${services.postgres.url()}`);
    say(`NATS: ${services.nats.url}`);
    say(`Redis: ${services.redis.url}`);
    say(`Logs: ${directory}/node-*.log`);

    const ending = ended.then(() => {
      this.#isEnding = true;
    });
    const nodes: VitrineServer[] = [];
    for (let number = 1; number <= this.#options.nodes; number++) {
      nodes.push(opened.use(await this.#prepare(number, { services, directory })));
    }
    await Promise.all(nodes.map((node, index) => this.#start(index + 1, node)));
    if (!this.#isEnding) say("Ready; Ctrl-C ends it");
    await ending;
    say("Draining");
    for (const node of nodes) if (node.isRunning) await node.stop();
  }

  async #prepare(number: number, { services, directory }: Made): Promise<VitrineServer> {
    const log = `${directory}/node-${number}.log`;
    return await VitrineServer.prepare({
      port: this.#options.firstPort + number - 1,
      env: { ...serviceEnvironment(services), JWT_SECRET: this.#secret, LOG_LEVEL: "info" },
      onLine: (line) => Deno.writeTextFileSync(log, `${line}\n`, { append: true }),
    });
  }

  /** Resolves when the node is ready, or when there is no more need for it. */
  async #start(number: number, node: VitrineServer): Promise<void> {
    const { say } = this.#options;
    say(`Node ${number}: ${node.url}`);
    node.launch();
    await until(async () => {
      if (this.#isEnding) return true;
      if (!node.isRunning) throw new Error(`Cannot start node ${number}: ${lastWords(node)}`);
      return await node.isReady();
    }, { withinMs: START_MS, what: () => `node ${number} to be ready: ${lastWords(node)}` });
    if (this.#isEnding) return;
    say(`Node ${number} is ready`);
    node.ended().then((status) => {
      if (!this.#isEnding) say(`Node ${number} has ended with status ${status}: ${lastWords(node)}`);
    });
  }
}

interface Made {
  readonly services: Services;
  readonly directory: string;
}

function checkPort(port: number): void {
  if (port > LAST_PORT) throw new Error(`Cannot start a cluster: there is no port ${port}`);
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new Error(`Cannot start a cluster: port ${port} is in use by another process`, { cause: error });
    }
    throw error;
  }
}

/** What a node printed last; of a failure, what it says. */
function lastWords({ output }: VitrineServer): string {
  const last = output.split("\n").at(-1) ?? "";
  try {
    return Failure.parse(JSON.parse(last)).error.message;
  } catch {
    return last === "" ? "it has printed nothing" : last;
  }
}
