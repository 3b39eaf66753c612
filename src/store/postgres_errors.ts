import type { StoreFailure } from "../../actors/runtime/errors.ts";
import { StoreError } from "../../actors/runtime/errors.ts";

/** Texts and codes of the driver and of PostgreSQL end here: the only file that reads them. */

const fencedState = "VT001";

/** SQLSTATEs, or their classes, of statements that the data itself made fail. */
const constraints = ["VT002", "VT003", "22", "23", "54"];

/** Nothing was sent, or the server turned the connection away before it listened. */
const turnedAway = ["ECONNREFUSED", "ENOENT", "CONNECT_TIMEOUT", "57P03", "53300"];

/** What a failed call comes to. Anything not recognised is `unknown`: the careful answer. */
export function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const failure = failureOf(error);
  const partitions = failure === "fenced" ? partitionsIn(textOf(error, "detail")) : [];
  const message = `Cannot reach or change the database: ${error instanceof Error ? error.message : String(error)}`;
  return new StoreError(failure, message, partitions, { cause: error });
}

function failureOf(error: unknown): StoreFailure {
  const code = textOf(error, "code");
  if (code === fencedState) return "fenced";
  if (turnedAway.includes(code)) return "retryable";
  // The server ended the connection: the statement may have committed just before. "could not determine" says so itself.
  const severity = textOf(error, "severity_local") || textOf(error, "severity");
  if (severity === "FATAL" || severity === "PANIC" || code === "40003") return "unknown";
  if (constraints.some((prefix) => code.startsWith(prefix))) return "constraint";
  // Any other error of a statement means that it was rolled back: deadlock, disk full, read-only, cancelled.
  return severity === "ERROR" ? "retryable" : "unknown";
}

function partitionsIn(detail: string): readonly number[] {
  return detail.split(",").filter((id) => id !== "").map(Number);
}

function textOf(error: unknown, property: string): string {
  if (typeof error !== "object" || error === null) return "";
  const value: unknown = Reflect.get(error, property);
  return typeof value === "string" ? value : "";
}
