import { TextLineStream } from "./text_lines.ts";
import { guard } from "./warden.ts";

export interface ChildOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const rememberedLines = 400;

/**
 * A process that a test started, with what it printed on either stream. Only ever signalled by its own pid, and gone
 * when disposed, or when the test's process is. An interrupt from the terminal does not reach it.
 */
export class Child implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: string[] = [];
  readonly #listeners = new Set<(line: string) => void>();
  readonly #read: Promise<unknown>;
  #exited: Deno.CommandStatus | undefined;

  constructor(command: string, { args = [], env = {}, cwd }: ChildOptions = {}) {
    this.#process = new Deno.Command(command, {
      args: [...args],
      env,
      ...(cwd !== undefined && { cwd }),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
    const release = guard(this.#process.pid);
    this.#read = Promise.all([this.#listen(this.#process.stdout), this.#listen(this.#process.stderr)]);
    this.#process.status.then((status) => {
      this.#exited = status;
      release();
    });
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The last lines it printed, for messages of failed tests. */
  get output(): string {
    return this.#lines.join("\n");
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  get hasExited(): boolean {
    return this.#exited !== undefined;
  }

  /** Settles once it has ended and all it printed was read. */
  async exited(): Promise<Deno.CommandStatus> {
    const status = await this.#process.status;
    await this.#read;
    return status;
  }

  onLine(listener: (line: string) => void): void {
    this.#listeners.add(listener);
  }

  /** The first line, past or future, that matches; rejects when it ends or `withinMs` passes before. */
  async line(pattern: RegExp, { withinMs = 10_000 }: { readonly withinMs?: number } = {}): Promise<string> {
    const printed = this.#lines.find((line) => pattern.test(line));
    if (printed !== undefined) return printed;
    const found = Promise.withResolvers<string>();
    const listener = (line: string): void => {
      if (pattern.test(line)) found.resolve(line);
    };
    this.#listeners.add(listener);
    const fail = (why: string): void =>
      found.reject(new Error(`Cannot read a line like ${pattern}: ${why}\n${this.output}`));
    const timer = setTimeout(() => fail(`not printed within ${withinMs} ms`), withinMs);
    this.exited().then(() => fail("the process ended"));
    try {
      return await found.promise;
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(listener);
    }
  }

  signal(signal: Deno.Signal): void {
    if (!this.hasExited) this.#process.kill(signal);
  }

  freeze(): void {
    this.signal("SIGSTOP");
  }

  thaw(): void {
    this.signal("SIGCONT");
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.exited();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async #listen(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const line of stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
      this.#lines.push(line);
      if (this.#lines.length > rememberedLines) this.#lines.shift();
      for (const listener of this.#listeners) listener(line);
    }
  }
}
