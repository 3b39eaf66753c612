import type { Msg } from "@nats-io/nats-core";
import type { Actors } from "../../actors/runtime/actors.ts";
import { addressOf } from "../../actors/runtime/address.ts";
import type { RunCommand } from "../edge/commands/run_command.ts";
import { EdgeError } from "../edge/edge_error.ts";
import { hasOneOf } from "../edge/identity/caller.ts";
import type { Identity } from "../edge/identity/identity.ts";
import { orderFor } from "../edge/order_for.ts";
import { expectedVersionOf, idempotencyKeyOf, type Trace } from "../edge/request_headers.ts";
import { replyToCommand, replyToQuery, type ServiceReply } from "./service_reply.ts";
import { parametersOf, senderOf } from "./service_request.ts";
import { idOfToken } from "./subject_token.ts";
import { COMMANDS, commandSubject, querySubject } from "./subjects.ts";

export interface AnswerDeps {
  readonly runCommand: RunCommand;
  readonly actors: Pick<Actors, "read">;
  readonly identity: Pick<Identity, "verify">;
}

export interface Received {
  readonly message: Msg;
  readonly headers: Headers;
  readonly trace: Trace;
}

/** What a message is answered. Rejects with `EdgeError` or `ActorError`. */
export type Answer = (received: Received) => Promise<ServiceReply>;

/** The answer to `vitrine.cmd.<kind>.<id>.<command>`: what came of the command, once that is committed. */
export function answerCommands({ runCommand, identity }: AnswerDeps): Answer {
  return async ({ message, headers, trace }) => {
    const subject = commandSubject(message.subject, COMMANDS);
    if (subject === undefined) throw new EdgeError("command_unknown");
    const sender = await senderOf(headers, (token) => identity.verify(token));
    const call = {
      ...trace,
      principal: sender,
      idempotencyKey: idempotencyKeyOf(headers),
      expectedVersion: expectedVersionOf(headers),
    };
    const params = parametersOf(subject, { data: message.data, sender });
    return replyToCommand(await runCommand(subject.served.name, params, call));
  };
}

/** The answer to `vitrine.query.<kind>.<id>`: the state, which every command answered before has changed already. */
export function answerQueries({ actors, identity }: AnswerDeps): Answer {
  return async ({ message, headers }) => {
    const subject = querySubject(message.subject);
    if (subject === undefined) throw new EdgeError("route_not_found");
    const principal = await senderOf(headers, (token) => identity.verify(token));
    if (!hasOneOf(subject.roles, principal)) throw new EdgeError("forbidden");
    const id = idOfToken(subject.idToken);
    if (id === undefined) throw new EdgeError("not_found");

    const found = await actors.read({ address: addressOf(subject.kind, id), principal });
    // An actor to whom nothing has ever happened does not exist for anybody.
    if (found.version === 0) throw new EdgeError("not_found");
    return replyToQuery(subject.kind === "order" ? { ...found, view: orderFor(principal, found.view) } : found);
  };
}
