import { backoffMs } from "./backoff.ts";
import { ANSWER_WITHIN_MS, type Clock, pause } from "./clock.ts";
import { maybe, record, text } from "./json_shape.ts";

const TRY_FOR_MS = 45_000;
/** Answers that mean "not known": the same request is sent again, with the same key. */
const UNKNOWN = new Set([408, 425, 429, 500, 502, 503, 504]);

export interface CommandRequest {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The idempotency key: made for one click, kept through all tries. */
  readonly key: string;
}

/** What a command came to. `unreachable`: nobody knows; asking again with the same key is safe. */
export type Sent =
  | { readonly outcome: "accepted"; readonly body: unknown }
  | { readonly outcome: "refused"; readonly code: string; readonly details: Readonly<Record<string, unknown>> }
  | { readonly outcome: "signed_out" }
  | { readonly outcome: "unreachable" };

export interface SenderParts {
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  readonly clock: Clock;
  readonly random: () => number;
}

export type SendCommand = (request: CommandRequest) => Promise<Sent>;

/** Sends commands until each has an answer: once in effect, however often it takes. */
export function commandSender({ fetch, clock, random }: SenderParts): SendCommand {
  return async (request) => {
    const until = clock.now() + TRY_FOR_MS;
    for (let failures = 1; clock.now() < until; failures += 1) {
      const response = await fetch(request.path, init(request)).catch(() => undefined);
      const sent = response === undefined ? undefined : await read(response);
      if (sent !== undefined) return sent;
      await pause(clock, Math.max(retryAfterMs(response), backoffMs(failures, random)));
    }
    return { outcome: "unreachable" };
  };
}

function init({ method, body, key }: CommandRequest): RequestInit {
  return {
    method,
    headers: { "idempotency-key": key, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    // A click counts, even when the next page is opened right after it.
    keepalive: true,
  };
}

/** Undefined: nobody knows. So it is too when an acceptance is cut off, or is the page of somebody on the way. */
async function read(response: Response): Promise<Sent | undefined> {
  if (UNKNOWN.has(response.status)) return undefined;
  const body = await response.json().then(record).catch(() => undefined);
  if (response.ok) return body === undefined ? undefined : { outcome: "accepted", body };
  if (response.status === 401) return { outcome: "signed_out" };
  const details = body ?? {};
  return { outcome: "refused", code: maybe(text)(details.code) ?? `status_${response.status}`, details };
}

function retryAfterMs(response: Response | undefined): number {
  const seconds = Number(response?.headers.get("retry-after") ?? 0);
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}
