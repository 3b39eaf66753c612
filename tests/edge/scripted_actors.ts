import type {
  AcceptedAnswer,
  Actors,
  Answer,
  Ask,
  Read,
  ReadAnswer,
  RefusedAnswer,
} from "../../actors/runtime/actors.ts";
import { ActorError, type ActorErrorCode } from "../../actors/runtime/errors.ts";
import type { Address, Principal } from "../../machines/decision.ts";

export type Script = (ask: Ask) => Answer | Promise<Answer>;

interface Shown {
  readonly view: Readonly<Record<string, unknown>>;
  readonly mayRead: (principal: Principal) => boolean;
}

/**
 * Actors that do what a test says and remember what they were asked. Like the real ones they answer a repeat with the
 * outcome of the first time, and refuse another body under the same id.
 */
export class ScriptedActors implements Pick<Actors, "ask" | "read"> {
  readonly asks: Ask[] = [];
  readonly reads: Read[] = [];
  /** What a command comes to that was not asked before. */
  script: Script = () => accepted({});
  /** Reads wait for it. */
  readingFirst: () => Promise<void> = () => Promise.resolve();
  /** Where every actor stands. */
  version = 3;
  readonly #shown = new Map<Address, Shown>();
  readonly #outcomes = new Map<string, { readonly body: string; readonly answer: Answer }>();

  show(address: Address, view: Shown["view"], mayRead: Shown["mayRead"] = () => true): void {
    this.#shown.set(address, { view, mayRead });
  }

  async ask(ask: Ask): Promise<Answer> {
    this.asks.push(ask);
    const key = `${ask.to} ${ask.commandId}`;
    const body = ask.intent ?? JSON.stringify(ask.command);
    const known = ask.fresh ? undefined : this.#outcomes.get(key);
    if (known?.body === body) return { ...known.answer, replayed: true };
    if (known !== undefined) return refused("idempotency_key_reused");
    if (ask.repeatOnly) return refused("not_decided");

    const { command } = ask;
    const isTime = command.type === "keep_time" && "at" in command;
    const answer = isTime ? accepted({}, { outcome: String(command.at) }) : await this.script(ask);
    if (!ask.fresh) this.#outcomes.set(key, { body, answer });
    return answer;
  }

  async read(read: Read): Promise<ReadAnswer> {
    this.reads.push(read);
    await this.readingFirst();
    const shown = this.#shown.get(read.address);
    if (shown === undefined || !shown.mayRead(read.principal)) throw actorError("not_readable");
    return { view: shown.view, version: this.version, cursor: "3.aaaaaaaa" };
  }

  get lastAsk(): Ask {
    const ask = this.asks.at(-1);
    if (ask === undefined) throw new Error("Cannot look at the last ask: there was none");
    return ask;
  }
}

export function accepted(
  view: Readonly<Record<string, unknown>>,
  more: Partial<Omit<AcceptedAnswer, "ok" | "replyJson">> = {},
): AcceptedAnswer {
  const place = { version: 7, cursor: "7.cccccccc", ownCursor: "2.oooooooo" };
  const order = { customerId: "ann", orderId: "ord_x", storeId: "main", status: "PENDING", allowed: [] };
  const reply = { ...order, version: place.version, cursor: place.cursor, ...view };
  return { ok: true, replyJson: JSON.stringify(reply), replayed: false, ...place, ...more };
}

export function refused(reason: string, details?: RefusedAnswer["details"]): RefusedAnswer {
  return { ok: false, reason, version: 7, replayed: false, ...(details === undefined ? {} : { details }) };
}

export function actorError(code: ActorErrorCode): ActorError {
  return new ActorError(code, "retry", `Cannot do "this": ${code}`);
}
