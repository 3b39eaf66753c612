import { Child } from "./child.ts";
import { canInstall, installPackages } from "./debian_packages.ts";
import { freePort } from "./free_port.ts";
import { findProgram } from "./on_path.ts";

export interface RedisOptions {
  /** Settings of `redis.conf`, over the harness's own. */
  readonly settings?: Readonly<Record<string, string>>;
}

const PROGRAM = "redis-server";

/** A private Redis on 127.0.0.1 that keeps nothing on disk, started; gone when disposed. */
export async function startRedis({ settings = {} }: RedisOptions = {}): Promise<Redis> {
  await ensureInstalled();
  const directory = await Deno.makeTempDir({ prefix: "vitrine-redis-" });
  const redis = new Redis(directory, settings);
  try {
    await redis.start();
  } catch (error) {
    await redis[Symbol.asyncDispose]();
    throw error;
  }
  return redis;
}

/** The verbs of the harness. Every one resolves when it has happened. Whatever it held is lost when it ends. */
export class Redis implements AsyncDisposable {
  readonly port = freePort();
  readonly #directory: string;
  readonly #settings: Readonly<Record<string, string>>;
  #child: Child | undefined;

  constructor(directory: string, settings: Readonly<Record<string, string>>) {
    this.#directory = directory;
    this.#settings = settings;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get hasEnded(): boolean {
    return this.#child?.hasExited ?? true;
  }

  async start(): Promise<void> {
    const address = { bind: "127.0.0.1", port: String(this.port) };
    const settings = { ...address, dir: this.#directory, save: "", appendonly: "no", ...this.#settings };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    this.#child = new Child(PROGRAM, { args, cwd: this.#directory });
    await this.#child.line(/Ready to accept connections/i, { withinMs: 30_000 });
  }

  /** SIGTERM. */
  async stop(): Promise<void> {
    this.#child?.signal("SIGTERM");
    await this.#child?.exited();
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  /** It stands still, with its connections open. */
  freeze(): void {
    this.#child?.freeze();
  }

  thaw(): void {
    this.#child?.thaw();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** Debian's package may start a server of its own, where services are started at all; ours has a port of its own. */
async function ensureInstalled(): Promise<void> {
  if (await findProgram([PROGRAM]) !== undefined) return;
  if (await canInstall()) await installPackages(PROGRAM);
  if (await findProgram([PROGRAM]) !== undefined) return;
  throw new Error(`Cannot start Redis: no "${PROGRAM}" on PATH; install it (Debian: apt-get install ${PROGRAM})`);
}
