import { invalid } from "./edge_error.ts";

const MAX_DEPTH = 32;
const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads JSON as strictly as it can be read: no invalid UTF-8, no repeated key, no nesting deeper than 32, no text that
 * PostgreSQL could not keep (NUL, half a surrogate pair). Anything else is `invalid_request`.
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const members = countMembers(text);
  const value = parse(text);
  const seen = inspect(value, text.includes("\\u"));
  if (seen !== members) throw invalid("", "An object names a key twice");
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw invalid("", "The body is not valid UTF-8");
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid("", "The body is not valid JSON");
    throw error;
  }
}

/**
 * Counts the colons outside strings. In valid JSON each stands for one member, so fewer keys in the parsed value mean
 * that some were named twice. Nesting is measured here, before anything recurses into it.
 */
function countMembers(text: string): number {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case COLON:
        members++;
        break;
      case 91: // [
      case 123: // {
        if (++depth > MAX_DEPTH) throw invalid("", `The body is nested deeper than ${MAX_DEPTH}`);
        break;
      case 93: // ]
      case 125: // }
        depth--;
    }
  }
  return members;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === BACKSLASH) at++;
    else if (unit === QUOTE) return at;
  }
  return text.length;
}

/** Counts the keys of a value, and looks at its texts where escapes could have smuggled something in. */
function inspect(value: unknown, escaped: boolean): number {
  if (typeof value === "string") {
    if (escaped) keepable(value);
    return 0;
  }
  if (typeof value !== "object" || value === null) return 0;

  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) members += inspect(item, escaped);
    return members;
  }
  for (const [key, item] of Object.entries(value)) {
    if (escaped) keepable(key);
    members += 1 + inspect(item, escaped);
  }
  return members;
}

function keepable(text: string): void {
  if (text.includes("\u0000") || !text.isWellFormed()) throw invalid("", "A text holds characters that are none");
}
