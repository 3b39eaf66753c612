import { ActorError, StoreError } from "../../../actors/runtime/errors.ts";
import { type DeadLetterRow, PERSONAL_DEAD_LETTERS } from "../../../actors/runtime/dead_letter.ts";
import type { Log, Store } from "../../../actors/runtime/ports.ts";
import type { Role } from "../../../machines/decision.ts";
import { answer } from "../answers.ts";
import type { Door } from "../door.ts";
import type { EdgeContext } from "../edge_env.ts";
import { EdgeError, invalid } from "../edge_error.ts";
import type { Caller } from "../identity/caller.ts";
import { listQuery, PAGE_QUERY, pageBody } from "../listing.ts";
import { MAIL_DEAD_LETTERS } from "../mail_dead_letters.ts";
import { guarded, type Route } from "./route.ts";

export interface DeadLetterRouteDeps {
  readonly door: Door;
  readonly store: Pick<Store, "deadLetters" | "takeDeadLetter">;
  readonly log: Log;
}

const ADMIN: readonly Role[] = ["admin"];
const MAX_ERROR_LENGTH = 500;
/** What the ids begin with of those that their senders alone can send again. */
const SENDERS_OWN = [MAIL_DEAD_LETTERS, PERSONAL_DEAD_LETTERS];

/**
 * A message that was put aside, as admins see it: what it was for and why it failed. Neither what it says nor who sent
 * it: both may lead to a person.
 */
interface DeadLetterShown {
  readonly id: string;
  readonly address: string;
  /** The type of the command. */
  readonly command: string;
  readonly correlationId: string;
  readonly error: string;
  /** Version of the actor when the message failed. */
  readonly actorVersion: number;
  readonly attempts: number;
  /** RFC 3339. */
  readonly diedAt: string;
}

/** What admins do about messages that kept failing. Each can be taken once: whoever comes later gets 404. */
export function deadLetterRoutes(deps: DeadLetterRouteDeps): readonly Route[] {
  const { door, store } = deps;
  const list = guarded(door, {
    method: "GET",
    path: "/api/v1/dead-letters",
    summary: "Lists messages that kept failing; `after` takes the `next` of a page.",
    query: PAGE_QUERY,
    roles: ADMIN,
    async handle(c): Promise<Response> {
      const { after, limit } = listQuery(c);
      if (after.kind === "write") throw invalid("after", "It must be the `next` of a page");
      const place = after.kind === "page" ? { after: after.place } : {};
      const rows = await store.deadLetters({ ...place, limit });
      const next = rows.length < limit ? null : rows.at(-1)?.id ?? null;
      return answer(pageBody({ items: rows.map(shown), next }));
    },
  });
  const retry = guarded(door, {
    method: "POST",
    path: "/api/v1/dead-letters/:id/retry",
    summary: "Delivers a message that kept failing once more; it is put aside again should it go on failing.",
    roles: ADMIN,
    keyless: true,
    handle: (c, caller) => take(c, { caller, what: "retry", deps }),
  });
  const discard = guarded(door, {
    method: "POST",
    path: "/api/v1/dead-letters/:id/discard",
    summary: "Throws a message that kept failing away.",
    roles: ADMIN,
    keyless: true,
    handle: (c, caller) => take(c, { caller, what: "discard", deps }),
  });
  return [list, retry, discard];
}

interface Taking {
  readonly caller: Caller;
  readonly what: "retry" | "discard";
  readonly deps: Pick<DeadLetterRouteDeps, "store" | "log">;
}

async function take(c: EdgeContext, { caller, what, deps }: Taking): Promise<Response> {
  const id = c.req.param("id") ?? "";
  if (what === "retry" && SENDERS_OWN.some((prefix) => id.startsWith(prefix))) throw new EdgeError("not_retryable");
  const row = await deps.store.takeDeadLetter(id, what).catch(throwUnknown);
  if (row === undefined) throw new EdgeError("not_found");

  const letter = shown(row);
  deps.log.info("dead_letter_taken", { ...c.get("trace"), id, address: row.address, what, by: caller.sub });
  return answer({ ...letter, taken: what });
}

function throwUnknown(cause: unknown): never {
  if (!(cause instanceof StoreError)) throw cause;
  throw new ActorError("outcome_unknown", "retry", `Cannot reach the dead letters: ${cause.failure}`, { cause });
}

function shown(row: DeadLetterRow): DeadLetterShown {
  const { id, address, command, correlationId, error, actorVersion, attempts, diedAt } = row;
  return {
    id,
    address,
    command: command.type,
    correlationId,
    error: error.slice(0, MAX_ERROR_LENGTH),
    actorVersion,
    attempts,
    diedAt: new Date(diedAt).toISOString(),
  };
}
