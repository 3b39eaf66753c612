import { Child } from "./child.ts";
import { freePort } from "./free_port.ts";
import { natsProgram } from "./nats_program.ts";

export interface NatsOptions {
  /** Whether it keeps streams, in a directory of its own; true when absent. */
  readonly jetstream?: boolean;
  /** A free one when absent. */
  readonly port?: number;
  /** Lines of its configuration file, besides the harness's own: logins, TLS, limits. */
  readonly config?: string;
}

/** A private nats-server on 127.0.0.1, started; it and all that it kept are gone when disposed. */
export async function startNats(
  { jetstream = true, port = freePort(), config = "" }: NatsOptions = {},
): Promise<Nats> {
  const directory = await Deno.makeTempDir({ prefix: "vitrine-nats-" });
  const store = `${directory}/store`;
  const own = [`listen: "127.0.0.1:${port}"`, ...(jetstream ? [`jetstream { store_dir: "${store}" }`] : [])];
  const configFile = `${directory}/nats.conf`;
  await Deno.writeTextFile(configFile, [...own, config, ""].join("\n"));
  const nats = new Nats({ program: await natsProgram(), port, directory, store, configFile });
  try {
    await nats.start();
  } catch (error) {
    await nats[Symbol.asyncDispose]();
    throw error;
  }
  return nats;
}

interface Place {
  readonly program: string;
  readonly port: number;
  readonly directory: string;
  readonly store: string;
  readonly configFile: string;
}

/** The verbs of the harness. Every one resolves when it has happened. */
export class Nats implements AsyncDisposable {
  readonly #place: Place;
  #child: Child | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  get port(): number {
    return this.#place.port;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get hasEnded(): boolean {
    return this.#child?.hasExited ?? true;
  }

  /** Its store is as it was left; what was kept in memory alone is gone. */
  async start(): Promise<void> {
    const { program, configFile, directory } = this.#place;
    this.#child = new Child(program, { args: ["-c", configFile], cwd: directory });
    await this.#child.line(/Server is ready/, { withinMs: 30_000 });
  }

  /** SIGTERM. */
  async stop(): Promise<void> {
    this.thaw();
    this.#child?.signal("SIGTERM");
    await this.#child?.exited();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
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

  /** It is stopped, loses every stream, consumer and bucket, and starts again on the same port. */
  async wipe(): Promise<void> {
    await this.stop();
    await Deno.remove(this.#place.store, { recursive: true });
    await this.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#place.directory, { recursive: true });
  }
}
