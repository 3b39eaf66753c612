import { Child } from "./child.ts";
import { freePort } from "./free_port.ts";
import { postgresBinaries } from "./postgres_binaries.ts";
import type { UnprivilegedUser } from "./unprivileged.ts";
import { asUser, unprivilegedUser } from "./unprivileged.ts";

export interface PostgresOptions {
  /** Settings of `postgresql.conf`, over the harness's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where its data directory is made; with other temporary directories when absent. */
  readonly within?: string;
}

// `fsync` stays on: Vitrine refuses to start without it.
const defaults = { max_connections: "100", unix_socket_directories: "", max_wal_size: "256MB" };

/** A private PostgreSQL on 127.0.0.1 with a data directory of its own, started; both are gone when disposed. */
export async function startPostgres({ settings = {}, within }: PostgresOptions = {}): Promise<Postgres> {
  const [binaries, user] = await Promise.all([postgresBinaries(), unprivilegedUser()]);
  const directory = await Deno.makeTempDir({ prefix: "vitrine-postgres-", dir: within });
  if (user !== undefined) await Deno.chown(directory, user.uid, user.gid);
  const postgres = new Postgres({ binaries, user, directory, settings: { ...defaults, ...settings } });
  try {
    await postgres.create();
    await postgres.start();
  } catch (error) {
    await postgres[Symbol.asyncDispose]();
    throw error;
  }
  return postgres;
}

interface Place {
  readonly binaries: string;
  readonly user: UnprivilegedUser | undefined;
  readonly directory: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** The verbs of the harness. Every one resolves when it has happened. */
export class Postgres implements AsyncDisposable {
  readonly port = freePort();
  readonly #place: Place;
  #child: Child | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Of the database `vitrine`, or of another that `createDatabase` made. */
  url(database = "vitrine"): string {
    return `postgres://vitrine@127.0.0.1:${this.port}/${database}`;
  }

  /** Makes the data directory and, in it, the database `vitrine`. */
  async create(): Promise<void> {
    const { directory } = this.#place;
    const options = ["--username=vitrine", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
    await this.#run("initdb", ["-D", directory, ...options]);
    await this.createDatabase("vitrine");
  }

  /** While it is stopped, in single-user mode; while it runs, use SQL. */
  async createDatabase(name: string): Promise<void> {
    const { directory } = this.#place;
    await this.#run("postgres", ["--single", "-D", directory, "postgres"], `create database ${name}\n`);
  }

  async start(): Promise<void> {
    const { binaries, user, directory, settings } = this.#place;
    const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const address = ["-c", "listen_addresses=127.0.0.1", "-p", `${this.port}`];
    const { command, args } = asUser(user, `${binaries}/postgres`, ["-D", directory, ...address, ...options]);
    this.#child = new Child(command, { args, cwd: directory });
    await this.#child.line(/database system is ready to accept connections/, { withinMs: 30_000 });
  }

  /** Whether it has ended, by itself or not. */
  get hasEnded(): boolean {
    return this.#child?.hasExited ?? true;
  }

  /** As in an emergency: no checkpoint, every connection cut. */
  async stop(): Promise<void> {
    this.#child?.signal("SIGQUIT");
    await this.#child?.exited();
  }

  /** As an administrator does who does not wait for clients: every connection cut, then a checkpoint. */
  async stopFast(): Promise<void> {
    this.#child?.signal("SIGINT");
    await this.#child?.exited();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** kill -9 of the server and of its back ends. */
  async kill(): Promise<void> {
    const backEnds = await this.#backEnds();
    this.#child?.signal("SIGKILL");
    for (const pid of backEnds) signalIfAlive(pid, "SIGKILL");
    await this.#child?.exited();
  }

  /** Everything stands still, with its connections open. */
  async freeze(): Promise<void> {
    this.#child?.freeze();
    for (const pid of await this.#backEnds()) signalIfAlive(pid, "SIGSTOP");
  }

  async thaw(): Promise<void> {
    for (const pid of await this.#backEnds()) signalIfAlive(pid, "SIGCONT");
    this.#child?.thaw();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#place.directory, { recursive: true });
  }

  async #backEnds(): Promise<readonly number[]> {
    const pid = this.#child?.pid;
    if (pid === undefined || this.#child?.hasExited) return [];
    const children = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`).catch(() => "");
    return children.split(" ").filter((child) => child !== "").map(Number);
  }

  async #run(program: string, args: readonly string[], input = ""): Promise<void> {
    const { binaries, user, directory } = this.#place;
    const line = asUser(user, `${binaries}/${program}`, args);
    const process = new Deno.Command(line.command, {
      args: [...line.args],
      cwd: directory,
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input)).then(() => writer.close(), () => {});
    const { success, stderr } = await process.output();
    if (!success) throw new Error(`Cannot run ${program}: ${new TextDecoder().decode(stderr).trim()}`);
  }
}

function signalIfAlive(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
