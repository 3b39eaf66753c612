import type { RefusedAnswer } from "../../actors/runtime/actors.ts";
import { ActorError, type ActorErrorCode, StoreError } from "../../actors/runtime/errors.ts";
import type { CartRefusal } from "../../machines/cart/messages.ts";
import type { OrderRefusal } from "../../machines/order/messages.ts";
import type { ProductRefusal } from "../../machines/product/messages.ts";
import type { StockRefusal } from "../../machines/stock/messages.ts";
import { EdgeError, type EdgeErrorCode } from "./edge_error.ts";
import { NO_VERSION } from "./request_headers.ts";
import { SECURITY_HEADERS } from "./security_headers.ts";

/** An error as clients see it: RFC 9457, plus a stable `code`. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  /** Seconds, for `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** Methods, for `Allow`. */
  readonly allow?: readonly string[];
  /** Further members of the body. */
  readonly details: Readonly<Record<string, unknown>>;
}

type RuntimeRefusal = "not_found" | "version_mismatch" | "idempotency_key_reused";
type Code =
  | EdgeErrorCode
  | ActorErrorCode
  | RuntimeRefusal
  | CartRefusal
  | OrderRefusal
  | ProductRefusal
  | StockRefusal;

/** Every code that a client can get. A refusal without an entry does not compile. */
export const PROBLEMS: Readonly<Record<Code, readonly [status: number, title: string]>> = {
  invalid_request: [400, "The request is not valid"],
  idempotency_key_required: [400, "An Idempotency-Key is required"],
  command_unknown: [400, "There is no such command"],
  unauthenticated: [401, "A token is required"],
  token_invalid: [401, "The token is not valid"],
  token_expired: [401, "The token has expired"],
  ticket_used: [401, "The ticket was used before"],
  forbidden: [403, "This is for others to do"],
  origin_not_allowed: [403, "Pages of this origin may not do this"],
  not_found: [404, "There is no such thing"],
  not_readable: [404, "There is no such thing"],
  route_not_found: [404, "There is no such address"],
  line_is_missing: [404, "The cart has no such line"],
  product_is_missing: [404, "There is no such product"],
  coupon_is_missing: [404, "The cart has no such coupon"],
  method_not_allowed: [405, "This method is not allowed here"],
  body_timeout: [408, "The body took too long to arrive"],
  illegal_transition: [409, "This cannot be done now"],
  not_retryable: [409, "Only its sender can send this again"],
  cart_exists: [409, "The cart exists already"],
  cart_is_closed: [409, "The cart is closed"],
  cart_moved: [409, "The cart has moved to the customer who the guest was"],
  cart_is_empty: [409, "The cart is empty"],
  cart_is_full: [409, "The cart holds as many lines as it can"],
  quantity_too_large: [409, "A line cannot hold as many"],
  currency_differs: [409, "The currencies differ"],
  product_exists: [409, "The product exists already"],
  out_of_stock: [409, "There is not enough in stock"],
  stock_would_be_negative: [409, "There would be less than nothing in stock"],
  return_exceeds_order: [409, "More would come back than was ordered"],
  too_many_returns: [409, "The order has as many returns as it can"],
  version_mismatch: [412, "The version is another one"],
  body_too_large: [413, "The body is too large"],
  unsupported_media_type: [415, "The body must be application/json"],
  idempotency_key_reused: [422, "The Idempotency-Key was used for something else"],
  mailbox_full: [429, "Too much is waiting already"],
  rate_limited: [429, "Too many requests"],
  internal_error: [500, "Something went wrong here"],
  message_failed: [500, "This could not be processed, and was put aside"],
  too_large: [500, "This is too large to be brought here from the node that has it"],
  moved: [503, "Not available now"],
  unavailable: [503, "Not available now"],
  outcome_unknown: [503, "Not known yet whether it was done: repeat it with the same Idempotency-Key"],
  projection_behind: [503, "The list does not show this yet"],
  keys_unavailable: [503, "Tokens cannot be checked now"],
};

const RETRY_AFTER_SECONDS = 1;
/** Members that a detail must not overwrite. */
const RESERVED = new Set(["type", "title", "status", "code"]);

/** What a client is told about a thrown error. Anything unexpected is `internal_error`, without a text of its own. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ActorError) return problem(error.code, {});
  // A row that the database refuses is a defect of ours; anything else passes.
  if (error instanceof StoreError && error.failure !== "constraint") return problem("unavailable", {});
  if (!(error instanceof EdgeError)) return problem("internal_error", {});

  const { retryAfterMs, allow, ...details } = error.details;
  const made = problem(error.code, details);
  return {
    ...made,
    ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) }),
    ...(allow === undefined ? {} : { allow }),
  };
}

/** What a client is told about an actor's refusal. */
export function problemOfRefusal({ reason, details }: RefusedAnswer): Problem {
  // Whether a thing is foreign or missing must not show, so nothing is added to this one.
  if (reason === "not_found") return problem("not_found", {});
  const { expected, ...others } = details ?? {};
  return problem(reason, expected === undefined || expected === NO_VERSION ? others : { expected, ...others });
}

/** The members of a problem's body, as HTTP and WebSocket both send them. */
export function problemBody({ status, code, title, details }: Problem): Readonly<Record<string, unknown>> {
  return { type: `urn:vitrine:problem:${code}`, title, status, code, ...details };
}

export function problemResponse(problem: Problem): Response {
  const headers = new Headers(SECURITY_HEADERS);
  headers.set("content-type", "application/problem+json");
  if (problem.retryAfterSeconds !== undefined) headers.set("retry-after", String(problem.retryAfterSeconds));
  if (problem.allow !== undefined) headers.set("allow", problem.allow.join(", "));
  if (problem.status === 401) headers.set("www-authenticate", 'Bearer realm="vitrine"');
  // What is left of a body that was not read would be taken for the next request.
  if (problem.status === 408 || problem.status === 413) headers.set("connection", "close");
  return new Response(JSON.stringify(problemBody(problem)), { status: problem.status, headers });
}

function problem(code: string, details: Readonly<Record<string, unknown>>): Problem {
  const [status, title] = isKnown(code) ? PROBLEMS[code] : [409, "This is refused"] as const;
  const shown = Object.entries(details).map(([name, value]) => [RESERVED.has(name) ? current(name) : name, value]);
  return {
    status,
    code: code === "not_readable" ? "not_found" : code,
    title,
    ...(status === 429 || status === 503 ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {}),
    details: Object.fromEntries(shown),
  };
}

function isKnown(code: string): code is Code {
  return Object.hasOwn(PROBLEMS, code);
}

/** An order's `status` beside HTTP's: `currentStatus`. */
function current(name: string): string {
  return `current${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
