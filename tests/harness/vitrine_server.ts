import { Child } from "./child.ts";
import { freePort } from "./free_port.ts";
import type { CommandLine } from "./unprivileged.ts";
import { until } from "./until.ts";

export interface VitrineServerOptions {
  /** The real database; the embedded one in `dataDir` when absent. */
  readonly databaseUrl?: string;
  /** A free one when absent. */
  readonly port?: number;
  /** The address it listens at; this machine's own when absent. */
  readonly host?: string;
  /** Kept when given; else a temporary directory that goes with the server. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** How many files and connections it may have open at once; as many as we may when absent. */
  readonly descriptors?: number;
  /** Told of every line that it prints. */
  readonly onLine?: (line: string) => void;
}

const ROOT = new URL("../..", import.meta.url).pathname;
const START_MS = 30_000;

/** A Vitrine process of its own, with the verbs of the harness. It keeps its port over kills and restarts. */
export class VitrineServer implements AsyncDisposable {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly #options: VitrineServerOptions;
  readonly #temporary: boolean;
  #child: Child | undefined;

  private constructor(options: VitrineServerOptions, dataDir: string) {
    this.#options = options;
    this.port = options.port ?? freePort();
    this.host = options.host ?? "127.0.0.1";
    this.dataDir = dataDir;
    this.#temporary = options.dataDir === undefined;
  }

  /** One that is yet to be started. */
  static async prepare(options: VitrineServerOptions = {}): Promise<VitrineServer> {
    return new VitrineServer(options, options.dataDir ?? await Deno.makeTempDir({ prefix: "vitrine-data-" }));
  }

  /** Starts one and waits until it is ready. */
  static async start(options: VitrineServerOptions = {}): Promise<VitrineServer> {
    const server = await VitrineServer.prepare(options);
    try {
      await server.start();
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  get url(): string {
    return `http://${this.host}:${this.port}`;
  }

  get pid(): number {
    return this.#running.pid;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && !this.#child.hasExited;
  }

  /** The last lines it printed. */
  get output(): string {
    return this.#child?.output ?? "";
  }

  /** Starts the process as the README does and waits until it is ready. */
  async start(): Promise<void> {
    this.launch();
    await this.untilReady();
  }

  /** Starts the process and does not wait for it. */
  launch(): void {
    const { databaseUrl, env, descriptors, onLine } = this.#options;
    const line = limited(startLine(this.dataDir), descriptors);
    const child = new Child(line.command, {
      args: line.args,
      cwd: ROOT,
      env: {
        ...startEnvironment(this.port, this.dataDir),
        HOST: this.host,
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
        ...env,
      },
    });
    if (onLine !== undefined) child.onLine(onLine);
    this.#child = child;
  }

  /** The status it ends with, of itself or not. */
  async ended(): Promise<number> {
    return (await this.#running.exited()).code;
  }

  async untilReady(): Promise<void> {
    const child = this.#running;
    await until(() => {
      if (child.hasExited) throw new Error(`Cannot start Vitrine: it ended\n${child.output}`);
      return this.isReady();
    }, { withinMs: START_MS, what: () => `Vitrine to be ready\n${child.output}` });
  }

  async isReady(): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/readyz`);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#running.kill();
  }

  /** SIGTERM, and the status it ends with. */
  async stop(): Promise<number> {
    this.#running.signal("SIGTERM");
    return await this.ended();
  }

  freeze(): void {
    this.#running.freeze();
  }

  thaw(): void {
    this.#running.thaw();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child?.kill();
    if (this.#temporary) await Deno.remove(this.dataDir, { recursive: true });
  }

  get #running(): Child {
    if (this.#child === undefined) throw new Error("Cannot signal Vitrine: not started");
    return this.#child;
  }
}

/** What `deno task start` runs, without the task runner between us and the pid that tests kill. */
export function startLine(dataDir: string): CommandLine {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
  const [command, ...args] = String(tasks.start).replace(/\$\(.*\)(?=,)/, dataDir).split(" ");
  if (command !== "deno") throw new Error(`Cannot start Vitrine: the task "start" begins with "${command}"`);
  return { command: Deno.execPath(), args };
}

/** The shell sets the limit and makes way: the pid is the command's own. */
function limited(line: CommandLine, descriptors: number | undefined): CommandLine {
  if (descriptors === undefined) return line;
  return { command: "sh", args: ["-c", `ulimit -n ${descriptors}; exec "$@"`, "sh", line.command, ...line.args] };
}

/** The settings of a Vitrine on this port and this directory. */
export function startEnvironment(port: number, dataDir: string): Readonly<Record<string, string>> {
  return { PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: "warn" };
}
