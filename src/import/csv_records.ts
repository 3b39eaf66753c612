import type { SourceLine } from "./source_lines.ts";

/** One record of a CSV file; `line` is where it begins. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** A line that cannot be read, and why: `line 17 <problem>`. */
export interface BrokenLine {
  readonly line: number;
  readonly problem: string;
}

export type CsvEntry = CsvRecord | BrokenLine;

type Split =
  | { readonly state: "whole"; readonly fields: readonly string[] }
  | { readonly state: "open"; readonly problem: string }
  | { readonly state: "broken"; readonly problem: string };

/** How many lines a quoted field may span before its quote counts as forgotten. */
const MAX_LINES_PER_RECORD = 10;

/**
 * Makes records of lines and recovers from broken ones.
 *
 * A quote that is never closed must not swallow the rest of the file, which is what readers do that know no lines: here
 * it costs the one line it stands on, and reading goes on with the next.
 */
export class RecordReader {
  readonly #waiting: SourceLine[] = [];
  /** How many of the waiting lines are tried as one record. */
  #tried = 1;
  /** The first record is the header: all others have as many fields, or are broken. */
  #columns: number | undefined;

  push(line: SourceLine): CsvEntry[] {
    this.#waiting.push(line);
    return this.#drain(false);
  }

  end(): CsvEntry[] {
    // What waits for a further line gets none.
    this.#tried = Math.max(1, Math.min(this.#tried, this.#waiting.length));
    return this.#drain(true);
  }

  #drain(ended: boolean): CsvEntry[] {
    const entries: CsvEntry[] = [];
    while (this.#tried <= this.#waiting.length) {
      const entry = this.#next(ended);
      if (entry === "wait") break;
      if (entry !== "again" && entry !== "blank") entries.push(entry);
    }
    return entries;
  }

  #next(ended: boolean): CsvEntry | "again" | "wait" | "blank" {
    const [first] = this.#waiting;
    if (first === undefined) return "wait";
    if (first.problem !== undefined) return this.#broken(first, first.problem);
    if (this.#tried === 1 && first.text.trim() === "") return this.#blank();

    const text = this.#tried === 1
      ? first.text
      : this.#waiting.slice(0, this.#tried).map((line) => line.text).join("\n");
    const split = splitFields(text);
    if (split.state === "broken") return this.#broken(first, split.problem);
    if (split.state === "whole") return this.#whole(first, split.fields);

    const hopeless = this.#tried === MAX_LINES_PER_RECORD || (ended && this.#tried === this.#waiting.length);
    if (hopeless) return this.#broken(first, split.problem);
    this.#tried += 1;
    return this.#tried <= this.#waiting.length ? "again" : "wait";
  }

  #whole(first: SourceLine, fields: readonly string[]): CsvEntry {
    this.#columns ??= fields.length;
    const trimmed = withoutEmptyTail(fields, this.#columns);
    if (trimmed.length !== this.#columns) {
      return this.#broken(first, `has ${fields.length} fields where the header has ${this.#columns}`);
    }
    this.#waiting.splice(0, this.#tried);
    this.#tried = 1;
    return { line: first.number, fields: trimmed };
  }

  /** Only the first line is given up: those tried with it get their own chance. */
  #broken(line: SourceLine, problem: string): BrokenLine {
    this.#waiting.shift();
    this.#tried = 1;
    return { line: line.number, problem };
  }

  #blank(): "blank" {
    this.#waiting.shift();
    return "blank";
  }
}

/** Splits at commas outside quotes. A quote inside an unquoted field is a character like any other. */
function splitFields(text: string): Split {
  if (!text.includes('"')) return { state: "whole", fields: text.split(",") };

  const fields: string[] = [];
  let at = 0;
  while (at <= text.length) {
    if (text.charAt(at) !== '"') {
      const comma = text.indexOf(",", at);
      const end = comma === -1 ? text.length : comma;
      fields.push(text.slice(at, end));
      at = end + 1;
      continue;
    }
    const close = closingQuote(text, at + 1);
    if (close === -1) {
      return { state: "open", problem: `has a quote in field ${fields.length + 1} that is never closed` };
    }
    const after = text.charAt(close + 1);
    if (after !== "" && after !== ",") {
      return { state: "broken", problem: `has text after the closing quote of field ${fields.length + 1}` };
    }
    fields.push(text.slice(at + 1, close).replaceAll('""', '"'));
    at = close + 2;
  }
  return { state: "whole", fields };
}

function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at !== -1 && text.charAt(at + 1) === '"') at = text.indexOf('"', at + 2);
  return at;
}

/** Spreadsheets pad records with empty fields. */
function withoutEmptyTail(fields: readonly string[], columns: number): readonly string[] {
  let length = fields.length;
  while (length > columns && fields[length - 1]?.trim() === "") length -= 1;
  return length === fields.length ? fields : fields.slice(0, length);
}
