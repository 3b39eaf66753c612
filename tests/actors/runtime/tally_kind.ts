import { z } from "zod";
import {
  accept,
  acceptNothing,
  type Decision,
  type Message,
  refuse,
  send,
  type Turn,
} from "../../../machines/decision.ts";
import type { Address } from "../../../machines/decision.ts";
import type { Kind } from "../../../actors/runtime/kind.ts";

/** The smallest actor that can do everything the runtime serves: it counts, tells, waits, asks and fails. */
export const TallyCommand = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("add"), amount: z.int() }),
  z.strictObject({ type: z.literal("add_and_tell"), amount: z.int(), to: z.string() }),
  z.strictObject({
    type: z.literal("pass"),
    to: z.string(),
    command: z.looseObject({ type: z.string() }),
    word: z.string().optional(),
  }),
  z.strictObject({ type: z.literal("hear_later"), word: z.string(), at: z.number(), key: z.string() }),
  z.strictObject({ type: z.literal("never_mind"), key: z.string() }),
  z.strictObject({ type: z.literal("ask_outside"), name: z.string(), word: z.string() }),
  z.strictObject({ type: z.literal("heard"), word: z.string() }),
  z.strictObject({ type: z.literal("name"), alias: z.string() }),
  z.strictObject({ type: z.literal("do_nothing") }),
  z.strictObject({ type: z.literal("reply_from"), other: z.string() }),
  z.strictObject({ type: z.literal("explode"), until: z.number() }),
]);
export type TallyCommand = z.infer<typeof TallyCommand>;

export type TallyEvent =
  | { readonly type: "added"; readonly amount: number }
  | { readonly type: "noted"; readonly word: string };

export interface Tally {
  readonly id: string;
  readonly total: number;
  readonly turns: number;
  readonly words: readonly string[];
}

/** A tally's total is never negative and never above this. */
export const TALLY_LIMIT = 1_000_000;

export const tallyKind: Kind<Tally, TallyCommand, TallyEvent> = {
  name: "tally",
  routing: "hash",
  schemaVersion: 1,
  parse: (command) => TallyCommand.parse(command),
  initial: (id) => ({ id, total: 0, turns: 0, words: [] }),
  decide,
  evolve: (tally, event) =>
    event.type === "added"
      ? { ...tally, total: tally.total + event.amount, turns: tally.turns + 1 }
      : { ...tally, words: [...tally.words, event.word].slice(-20) },
  tells: () => [],
  mayCommand: (tally, principal) => principal.sub === "anybody" || principal.sub === tally.id,
  mayRead: (tally, principal) => principal.sub === "anybody" || principal.sub === tally.id,
  feedOf: () => undefined,
  view: ({ id, total, turns, words }, { version, cursor }) => ({ id, total, turns, words, version, cursor }),
  feedState: ({ total, words }) => ({ total, words }),
  frame: (event, { commandId }) => event.type === "added" ? { amount: event.amount, commandId } : undefined,
  freeze: (tally) => ({ value: "counting", context: tally }),
  thaw: ({ context }) => TallyContext.parse(context),
};

/** A tally whose every fact makes it tell that other tally the same: what a customer's feed is to a cart. */
export function mirroredInto(to: string): Kind<Tally, TallyCommand, TallyEvent> {
  return {
    ...tallyKind,
    name: "mirrored",
    tells: (_tally, event) => [send(addressOf(to), event.type === "added" ? add(event.amount) : heard(event.word))],
    feedOf: () => addressOf(to),
  };
}

const TallyContext = z.object({
  id: z.string(),
  total: z.number(),
  turns: z.number(),
  words: z.array(z.string()),
});

export function add(amount: number): TallyCommand {
  return { type: "add", amount };
}

export function addAndTell(amount: number, to: string): TallyCommand {
  return { type: "add_and_tell", amount, to };
}

/** Has `to` do it: in the same unit when it is a neighbour, by letter when it is not. */
export function pass(to: string, command: TallyCommand): TallyCommand {
  return { type: "pass", to, command };
}

/** Notes the word, and has `to` note it too. */
export function tell(to: string, word: string): TallyCommand {
  return { type: "pass", to, command: heard(word), word };
}

export function name(alias: string): TallyCommand {
  return { type: "name", alias };
}

export function hearLater(word: string, { at, key = "deadline" }: { at: number; key?: string }): TallyCommand {
  return { type: "hear_later", word, at, key };
}

export function neverMind(key = "deadline"): TallyCommand {
  return { type: "never_mind", key };
}

export function askOutside(name: string, word = name): TallyCommand {
  return { type: "ask_outside", name, word };
}

export function heard(word: string): TallyCommand {
  return { type: "heard", word };
}

/** Throws at every turn before that time, as code with a defect that is mended then. */
export function explode(until: number = Number.MAX_SAFE_INTEGER): TallyCommand {
  return { type: "explode", until };
}

export const doNothing: TallyCommand = { type: "do_nothing" };

export function addressOf(id: string): Address {
  return `tally/${id}`;
}

function decide(tally: Tally, command: TallyCommand, turn: Turn): Decision<TallyEvent, string> {
  switch (command.type) {
    case "add":
      return addTo(tally, command.amount, []);
    case "add_and_tell":
      return addTo(tally, command.amount, [send(addressOf(command.to), add(command.amount))]);
    case "pass": {
      const messages = [send(addressOf(command.to), command.command)];
      return command.word === undefined ? acceptNothing({ messages }) : note(command.word, messages);
    }
    case "hear_later": {
      const { key, at, word } = command;
      return acceptNothing({ messages: [{ kind: "deadline", key, at, command: heard(word) }] });
    }
    case "never_mind":
      return acceptNothing({ messages: [{ kind: "cancel", key: command.key }] });
    case "ask_outside":
      return acceptNothing({ messages: [{ kind: "activity", name: command.name, command }] });
    case "heard":
      if (command.word === "boom") throw new Error("boom");
      return note(command.word, []);
    case "name":
      return note(command.alias, [{ kind: "alias", publicId: command.alias }]);
    case "do_nothing":
      return acceptNothing();
    case "reply_from":
      return acceptNothing({ replyFrom: addressOf(command.other), outcome: "asked_elsewhere" });
    case "explode":
      if (turn.now < command.until) throw new Error("boom");
      return note("survived", []);
  }
}

function addTo(tally: Tally, amount: number, messages: readonly Message[]): Decision<TallyEvent, string> {
  if (tally.total + amount < 0) return refuse("would_be_negative", { total: tally.total });
  if (tally.total + amount > TALLY_LIMIT) return refuse("too_much");
  return accept([{ type: "added", amount }], { messages });
}

function note(word: string, messages: readonly Message[]): Decision<TallyEvent, string> {
  return accept([{ type: "noted", word }], { messages });
}
