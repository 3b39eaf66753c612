import { list, maybe, parseJson, record, text } from "./json_shape.ts";

/** What a feed says, on whichever transport it came. */
export type FeedMessage =
  /** Everything after my cursor follows. */
  | { readonly type: "resumed" }
  /** Start over from this state. `reset`: my cursor was not of this feed. */
  | { readonly type: "snapshot" | "reset"; readonly cursor: string; readonly state: unknown }
  /** Without data: a fact that only moves the cursor. */
  | { readonly type: "event"; readonly cursor: string; readonly data?: unknown };

/** The server asks to come back later. */
export interface ComeBack {
  readonly type: "reconnect";
  readonly afterMs: number;
}

/** There is no such feed for this reader. */
export interface Refused {
  readonly type: "refused";
}

/** A WebSocket message; undefined for one that says nothing about the feed, such as `pong`. */
export function readSocketMessage(source: string): FeedMessage | ComeBack | Refused | undefined {
  const message = record(parseJson(source));
  switch (message.type) {
    case "resumed":
      return { type: "resumed" };
    case "snapshot":
    case "reset":
      return { type: message.type, cursor: text(message.cursor), state: stateOf(message.data) };
    case "event":
      return { type: "event", cursor: text(message.cursor), data: maybe(record)(message.data) };
    case "reconnect":
      return comeBack(message.afterMs);
    case "reply":
      return message.ok === false ? { type: "refused" } : undefined;
    default:
      return undefined;
  }
}

/** The first frame of an event stream, by its event name. */
export function readStreamOpening(type: "resumed" | "snapshot" | "reset", source: string): FeedMessage {
  if (type === "resumed") return { type };
  const opening = record(parseJson(source));
  return { type, cursor: text(opening.cursor), state: stateOf(opening) };
}

export function readStreamEvent(cursor: string, source: string): FeedMessage {
  return { type: "event", cursor, data: record(parseJson(source)) };
}

export function readStreamReconnect(source: string): ComeBack {
  return comeBack(record(parseJson(source)).afterMs);
}

/** The answer of `GET /api/changes`: how it begins, and what came since. */
export function readChanges(json: unknown): readonly FeedMessage[] {
  const { outcome, cursor, state, frames } = record(json);
  const opening: FeedMessage = outcome === "snapshot" || outcome === "reset"
    ? { type: outcome, cursor: text(cursor), state }
    : { type: "resumed" };
  return [opening, ...list(readChange)(frames)];
}

function readChange(json: unknown): FeedMessage {
  const { cursor, data } = record(json);
  return { type: "event", cursor: text(cursor), data: maybe(record)(data) };
}

/** The state lies in `state`, beside the reason of a reset, or is the data itself. */
function stateOf(json: unknown): unknown {
  const data = record(json);
  return data.state === undefined ? data : data.state;
}

function comeBack(afterMs: unknown): ComeBack {
  return { type: "reconnect", afterMs: typeof afterMs === "number" && afterMs >= 0 ? afterMs : 1000 };
}
