/** A physical line of a file, without its line end. */
export interface SourceLine {
  /** Counted from 1, as editors do. */
  readonly number: number;
  readonly text: string;
  /** Set instead of a text when the line cannot be one. */
  readonly problem?: string;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const MAX_LINE_BYTES = 65_536;

/**
 * Cuts bytes into lines and decodes each: UTF-8 where it is valid, else Windows-1252, which Latin-1 files are read as.
 *
 * Deciding line by line needs no look ahead and reads files that several programs have written to. Both encodings hold
 * commas, quotes and line ends as the same single bytes, so cutting before decoding is safe. Memory is bounded: a line
 * over 64 KB is skipped and named.
 */
export class LineCutter {
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #latin = new TextDecoder("windows-1252");
  #rest: Uint8Array = new Uint8Array();
  #skipping = false;
  #number = 0;

  push(chunk: Uint8Array): SourceLine[] {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    const lines: SourceLine[] = [];
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      lines.push(this.#line(bytes.subarray(start, end)));
      start = end + 1;
    }
    this.#rest = bytes.slice(start);
    if (this.#rest.length > MAX_LINE_BYTES) {
      this.#rest = new Uint8Array();
      this.#skipping = true;
    }
    return lines;
  }

  /** The last line, when the file does not end with a line end. */
  end(): SourceLine[] {
    return this.#rest.length === 0 && !this.#skipping ? [] : [this.#line(this.#rest)];
  }

  #line(bytes: Uint8Array): SourceLine {
    this.#number += 1;
    if (this.#skipping || bytes.length > MAX_LINE_BYTES) {
      this.#skipping = false;
      return { number: this.#number, text: "", problem: `is longer than ${MAX_LINE_BYTES} bytes` };
    }
    const text = this.#decoded(bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes);
    return { number: this.#number, text: this.#number === 1 ? withoutMark(text) : text };
  }

  #decoded(bytes: Uint8Array): string {
    try {
      return this.#utf8.decode(bytes);
    } catch {
      return this.#latin.decode(bytes);
    }
  }
}

function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
