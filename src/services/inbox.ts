import type { Msg } from "@nats-io/nats-core";

/** Inboxes of NATS's clients, and what they become when a request comes from another account or cluster. */
const INBOX = /^(?:_INBOX[^.]*|_R_|_GR_)\./;

/**
 * Whether an answer may go where its asker wants it. This node may publish to more subjects than most of those who ask
 * it: an answer to `$JS.API.STREAM.PURGE.…` would be an order to empty that stream.
 */
export function isAnswerable({ reply }: Pick<Msg, "reply">): boolean {
  return reply !== undefined && INBOX.test(reply);
}
