import { readMoney } from "./cart_shape.ts";
import type { Wish } from "./cart_state.ts";
import { list, parseJson, record, text, whole } from "./json_shape.ts";
import { type Notes, notesIn } from "./notes.ts";

const NOTE = "vitrine-unsent";
/** A tab that comes back later than this was not left in the middle of anything. */
const KEPT_MS = 600_000;

/** Wishes without an answer, in the order of the clicks, where the next page of the tab finds them. */
export interface UnsentWishes {
  all(): readonly Wish[];
  add(wish: Wish): void;
  remove(key: string): void;
}

export interface UnsentParts {
  readonly customerId: string;
  /** Throws where the browser keeps nothing: then wishes end with their page. */
  readonly storage: () => Notes;
  readonly now: () => number;
}

interface Noted {
  readonly customerId: string;
  readonly notedAt: number;
  readonly wish: Wish;
}

export function unsentWishes({ customerId, storage, now }: UnsentParts): UnsentWishes {
  const notes = notesIn(storage);
  const read = (): readonly Noted[] => {
    try {
      const noted = list(readNoted)(parseJson(notes.getItem(NOTE) ?? "[]"));
      return noted.filter((each) => each.customerId === customerId && now() - each.notedAt < KEPT_MS);
    } catch {
      return [];
    }
  };
  const write = (noted: readonly Noted[]): void => notes.setItem(NOTE, JSON.stringify(noted));
  return {
    all: () => read().map(({ wish }) => wish),
    add: (wish) => write([...read(), { customerId, notedAt: now(), wish }]),
    remove: (key) => write(read().filter(({ wish }) => wish.key !== key)),
  };
}

function readNoted(json: unknown): Noted {
  const { customerId, notedAt, wish } = record(json);
  return { customerId: text(customerId), notedAt: whole(notedAt), wish: readWish(wish) };
}

function readWish(json: unknown): Wish {
  const wish = record(json);
  const [key, quantity] = [text(wish.key), whole(wish.quantity)];
  if (wish.kind === "set") return { kind: "set", key, lineId: text(wish.lineId), quantity };
  return { kind: "add", key, sku: text(wish.sku), name: text(wish.name), price: readMoney(wish.price), quantity };
}
