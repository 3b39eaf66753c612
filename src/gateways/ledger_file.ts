import type { LedgerLines } from "./payment_ledger.ts";

/**
 * Lines in a file that is only ever appended to: they outlive the process, killed or not. A line that was cut short, by
 * a kill or a full disk, is dropped, as if the provider had never been called.
 */
export class LedgerFile implements LedgerLines, Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  /** In bytes, where the last whole line ends. */
  #end: number;
  #isCutShort = false;

  constructor(path: string) {
    this.#path = path;
    this.#file = Deno.openSync(path, { create: true, append: true, mode: 0o600 });
    const bytes = Deno.readFileSync(path);
    this.#end = bytes.lastIndexOf(NEWLINE) + 1;
    this.#isCutShort = this.#end < bytes.length;
    this.#dropTheRest();
  }

  read(): readonly string[] {
    return Deno.readTextFileSync(this.#path).split("\n").filter((line) => line !== "");
  }

  /** Throws, and has written nothing, when the line does not fit. */
  append(line: string): void {
    const bytes = new TextEncoder().encode(`${line}\n`);
    this.#dropTheRest();
    this.#isCutShort = true;
    try {
      for (let written = 0; written < bytes.length;) written += this.#file.writeSync(bytes.subarray(written));
      this.#end += bytes.length;
      this.#isCutShort = false;
    } finally {
      this.#dropTheRest();
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #dropTheRest(): void {
    if (!this.#isCutShort) return;
    this.#file.truncateSync(this.#end);
    this.#isCutShort = false;
  }
}

const NEWLINE = 10;
