import type { Msg } from "@nats-io/nats-core";
import type { Principal } from "../../machines/decision.ts";
import { EdgeError, invalid } from "../edge/edge_error.ts";
import { principalOf } from "../edge/identity/caller.ts";
import { shownToken } from "../edge/identity/credentials.ts";
import { MAX_BODY_BYTES } from "../edge/json_body.ts";
import { parseJson } from "../edge/strict_json.ts";
import type { CommandSubject } from "./subjects.ts";
import { idOfToken } from "./subject_token.ts";

const MEANINGFUL = new Set([
  "authorization",
  "correlation-id",
  "idempotency-key",
  "if-match",
  "nats-msg-id",
  "traceparent",
]);
const VISIBLE = /^[\x20-\x7e]*$/;

/**
 * The headers of a message that mean something here, as those of a request: names in whatever case, and a value that no
 * header may have is taken for an empty one, which each of them refuses. Throws `invalid_request` when they cannot be
 * read at all.
 */
export function requestHeaders(message: Pick<Msg, "headers">): Headers {
  const headers = new Headers();
  for (const [name, values] of readable(message)) {
    if (!MEANINGFUL.has(name.toLowerCase())) continue;
    for (const value of values) headers.append(name, VISIBLE.test(value) ? value : "");
  }
  return headers;
}

/** They are decoded when they are first looked at, and that throws on names that are none. */
function readable(message: Pick<Msg, "headers">): Iterable<[string, string[]]> {
  try {
    return message.headers ?? [];
  } catch (error) {
    throw new EdgeError("invalid_request", { issues: [{ path: "headers", message: "They cannot be read" }] }, {
      cause: error,
    });
  }
}

/** Who sends it. Rejects with `unauthenticated` when no token is shown, and as `verify` does when one is. */
export async function senderOf(headers: Headers, verify: (token: string) => Promise<Principal>): Promise<Principal> {
  const shown = shownToken(headers);
  if (shown === undefined) throw new EdgeError("unauthenticated");
  return principalOf(await verify(shown.token));
}

/**
 * The parameters of a command: the members of the body, and the id out of the subject. An id that none of ours could be
 * is `not_found`, like any that does not exist; so is somebody else's where it must be the sender's own.
 */
export function parametersOf(
  { served: { idParam }, idToken }: CommandSubject,
  { data, sender }: { readonly data: Uint8Array; readonly sender: Principal },
): Readonly<Record<string, unknown>> {
  const id = idOfToken(idToken);
  if (id === undefined || (idParam === undefined && id !== sender.sub)) throw new EdgeError("not_found");

  const body = bodyOf(data);
  if (idParam === undefined) return body;
  if (Object.hasOwn(body, idParam)) throw invalid(idParam, "It stands in the subject already");
  return { ...body, [idParam]: id };
}

function bodyOf(data: Uint8Array): Readonly<Record<string, unknown>> {
  if (data.length === 0) return {};
  if (data.length > MAX_BODY_BYTES) throw new EdgeError("body_too_large");
  const body = parseJson(data);
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw invalid("", "The body must be an object");
  return { ...body };
}
