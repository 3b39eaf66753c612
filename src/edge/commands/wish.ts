import type { AcceptedAnswer, Actors, Answer } from "../../../actors/runtime/actors.ts";
import { deriveId, keyedText } from "../../../actors/runtime/address.ts";
import type { Ids, PersonalRow } from "../../../actors/runtime/ports.ts";
import type { Address, Command, Principal } from "../../../machines/decision.ts";
import { principalOf } from "../identity/caller.ts";
import { EdgeError } from "../edge_error.ts";
import { problemOfRefusal } from "../problem.ts";
import type { CommandCall, CommandDone, CommandResult } from "./command.ts";
import type { CommandScopes } from "./command_scopes.ts";

export interface WishParts {
  readonly name: string;
  readonly call: CommandCall;
  readonly actors: Pick<Actors, "ask">;
  readonly ids: Ids;
  /** The database's secret. */
  readonly secret: string;
  readonly scopes: CommandScopes;
}

export interface AskMore {
  /** What the client asked for, where the command holds more than that. */
  readonly intent?: string;
  readonly personal?: readonly PersonalRow[];
  /** On whose word, where it is not the caller's alone. */
  readonly principal?: Principal;
  /** Tells apart what one wish asks of the same actor. */
  readonly step?: string;
}

/**
 * One command of one caller: knows by which id its repeats are recognised. Keys are scoped to customer and command, so
 * nobody meets anybody else's.
 */
export class Wish {
  readonly principal: Principal;
  /** The client's key, or the one made in its place. */
  readonly key: string;
  readonly correlationId: string;
  readonly #parts: WishParts;
  readonly #fresh: boolean;

  constructor(parts: WishParts) {
    const { principal, idempotencyKey, correlationId } = parts.call;
    this.#parts = parts;
    this.principal = principalOf(principal);
    this.#fresh = idempotencyKey === undefined;
    this.key = idempotencyKey ?? parts.ids(26);
    this.correlationId = correlationId;
  }

  /** An id for what this wish creates: a repeat derives it again, and it routes with the customer. */
  newId(prefix: string, seed: string = this.key): string {
    const { secret, name } = this.#parts;
    return deriveId(prefix, { routingKey: this.principal.sub, secret, seed: `${name}\n${seed}` });
  }

  /** An id that anybody may know and nobody can guess; it tells nothing about the customer. */
  newPublicId(prefix: string, seed: string = this.key): string {
    const { secret, name } = this.#parts;
    return `${prefix}_${keyedText(secret, `${prefix}\n${this.principal.sub}\n${name}\n${seed}`, 26)}`;
  }

  /** An error in the command's place is why nothing can be asked for now: thrown, unless this wish was decided before. */
  ask<Asked extends Command>(to: Address, command: Asked | EdgeError, more: AskMore = {}): Promise<Answer> {
    return command instanceof EdgeError ? this.#askWhatWas(to, command, more) : this.#ask(to, command, more);
  }

  async #askWhatWas(to: Address, error: EdgeError, more: AskMore): Promise<Answer> {
    if (this.#fresh) throw error;
    const answer = await this.#ask(to, { type: "repeat" }, { ...more, repeatOnly: true });
    if (!answer.ok && answer.reason === "not_decided") throw error;
    return answer;
  }

  #ask(
    to: Address,
    command: Command,
    { step, ...more }: AskMore & { readonly repeatOnly?: true },
  ): Promise<Answer> {
    const { actors, name, call, scopes } = this.#parts;
    const scope = scopes.of(this.principal.sub, step === undefined ? name : `${name}\n${step}`);
    const { traceparent, expectedVersion } = call;
    return actors.ask({
      to,
      command,
      commandId: this.#fresh ? `${step ?? ""}:${this.key}` : `${scope}:${this.key}`,
      fresh: this.#fresh,
      principal: this.principal,
      correlationId: this.correlationId,
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
      ...more,
    });
  }

  /** The result of an answer whose reply is the body as it is. */
  result(answer: Answer, status: CommandDone["status"] = 200): CommandResult {
    return this.resultWith(answer, { status, bodyJson: ({ replyJson }) => replyJson });
  }

  resultWith(
    answer: Answer,
    { status, bodyJson }: {
      readonly status: CommandDone["status"];
      readonly bodyJson: (accepted: AcceptedAnswer) => string;
    },
  ): CommandResult {
    const { replayed, version } = answer;
    if (!answer.ok) return { ok: false, problem: problemOfRefusal(answer), replayed };
    return { ok: true, status, bodyJson: bodyJson(answer), version, commandId: this.key, replayed };
  }
}
