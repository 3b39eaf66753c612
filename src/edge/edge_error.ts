/** One thing that is wrong with a request; `path` is where, such as `items.0.quantity`. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

/**
 * Why the edge itself turns a request away, before any actor hears of it.
 *
 * - `unauthenticated`: no token. `token_invalid`, `token_expired`, `ticket_used`: one that does not count.
 * - `forbidden`: known, but not in this role. `origin_not_allowed`: another site's page, with the customer's cookie.
 * - `not_retryable`: a dead letter that its sender alone can send again.
 * - `not_found`: no such thing for this principal. `route_not_found`: no such address for anybody.
 */
export type EdgeErrorCode =
  | "invalid_request"
  | "idempotency_key_required"
  | "command_unknown"
  | "unauthenticated"
  | "token_invalid"
  | "token_expired"
  | "ticket_used"
  | "forbidden"
  | "origin_not_allowed"
  | "not_found"
  | "route_not_found"
  | "product_is_missing"
  | "method_not_allowed"
  | "body_timeout"
  | "body_too_large"
  | "unsupported_media_type"
  | "rate_limited"
  | "not_retryable"
  | "projection_behind"
  | "keys_unavailable"
  | "internal_error";

export interface EdgeErrorDetails {
  readonly issues?: readonly Issue[];
  readonly retryAfterMs?: number;
  readonly allow?: readonly string[];
  readonly sku?: string;
}

export class EdgeError extends Error {
  override readonly name = "EdgeError";

  constructor(
    readonly code: EdgeErrorCode,
    readonly details: EdgeErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(`Cannot serve the request: ${code}`, options);
  }
}

/** A request that is wrong in one place. */
export function invalid(path: string, message: string): EdgeError {
  return new EdgeError("invalid_request", { issues: [{ path, message }] });
}

/** For `catch`: puts what a client is told in the place of what could not be made. Throws any other error. */
export function whyNot(error: unknown): EdgeError {
  if (error instanceof EdgeError) return error;
  throw error;
}
