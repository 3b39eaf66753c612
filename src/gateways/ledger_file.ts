import type { LedgerLines } from "./payment_ledger.ts";

/**
 * Lines in a file that is only ever appended to: they outlive the process, killed or not. A line that was cut short is
 * dropped, as if the provider had never been called.
 */
export class LedgerFile implements LedgerLines, Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  constructor(path: string) {
    this.#path = path;
    this.#file = Deno.openSync(path, { create: true, append: true });
  }

  read(): readonly string[] {
    const text = Deno.readTextFileSync(this.#path);
    const end = text.lastIndexOf("\n") + 1;
    if (end < text.length) Deno.truncateSync(this.#path, new TextEncoder().encode(text.slice(0, end)).length);
    return text.slice(0, end).split("\n").filter((line) => line !== "");
  }

  append(line: string): void {
    const bytes = new TextEncoder().encode(`${line}\n`);
    for (let written = 0; written < bytes.length;) written += this.#file.writeSync(bytes.subarray(written));
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}
