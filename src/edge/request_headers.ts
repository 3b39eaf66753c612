import type { Ids } from "../../actors/runtime/ports.ts";
import { invalid } from "./edge_error.ts";

/** What follows a request into events, letters and logs. */
export interface Trace {
  readonly correlationId: string;
  readonly traceparent?: string;
}

const CORRELATION_ID = /^[\x21-\x7e]{1,128}$/;
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;
const ENTITY_TAG = /^(W\/)?"([\x21\x23-\x7e]*)"$/;

/** Takes the caller's ids where they are sane; a correlation id is made where there is none. */
export function traceOf(headers: Headers, ids: Ids): Trace {
  const given = headers.get("correlation-id");
  const correlationId = given !== null && CORRELATION_ID.test(given) ? given : ids(26);
  const traceparent = headers.get("traceparent");
  return traceparent !== null && TRACEPARENT.test(traceparent) ? { correlationId, traceparent } : { correlationId };
}

export function idempotencyKeyOf(headers: Headers): string | undefined {
  const key = headers.get("idempotency-key");
  if (key === null) return undefined;
  if (!IDEMPOTENCY_KEY.test(key)) throw invalid("Idempotency-Key", "It must be 1 to 128 visible ASCII characters");
  return key;
}

/** A version that no actor ever has. */
export const NO_VERSION = -1;

/** The version that `If-Match` asks for. A tag that is not one of ours matches nothing; `*` matches everything. */
export function expectedVersionOf(headers: Headers): number | undefined {
  const given = headers.get("if-match");
  if (given === null || given === "*") return undefined;

  const match = ENTITY_TAG.exec(given);
  if (match === null) throw invalid("If-Match", 'It must be one entity tag such as "7"');
  const [, weak, tag = ""] = match;
  return weak === undefined && /^\d{1,15}$/.test(tag) ? Number(tag) : NO_VERSION;
}
