import { cartView } from "../../actors/cart_view.ts";
import { writeAnswer } from "../../actors/cluster/wire.ts";
import { MAX_LINES, MAX_QUANTITY } from "../../machines/cart/messages.ts";
import { cartWith } from "../machines/cart_examples.ts";
import { seeded } from "../machines/seeded.ts";

/** The first and the last letter of names: `heavy` ones weigh most in JSON, `dense` ones can be packed least. */
const LETTERS = { heavy: [0x01, 0x1f], dense: [0x800, 0xd7ff] } as const;
export type Letters = keyof typeof LETTERS;

const SKU_LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._:|~-"];
const PLACE = { version: MAX_LINES + 1, cursor: `${MAX_LINES + 1}.0123456789abcdef` };

/** What is added to a cart that then holds as much as a cart can, each line as long as it may be. */
export function longestLines(letters: Letters) {
  const { int, pick } = seeded(1);
  const [first, last] = LETTERS[letters];
  const text = (length: number, letter: () => string): string => Array.from({ length }, letter).join("");
  return Array.from({ length: MAX_LINES }, () => ({
    sku: `A${text(63, () => pick(SKU_LETTERS))}`,
    name: text(200, () => String.fromCharCode(int(first, last))),
    quantity: int(MAX_QUANTITY / 10, MAX_QUANTITY),
    unitMinor: int(10_000_000, 100_000_000),
    stocked: true,
  }));
}

/** What a node answers another with the largest cart that there can be. */
export function answerWithFullCart(letters: Letters): string {
  const added = longestLines(letters).map((line) =>
    ({ type: "line_added", lineId: `${line.sku}@${line.unitMinor}`, ...line }) as const
  );
  const view = cartView(cartWith(...added), PLACE);
  return writeAnswer({ ok: true, replyJson: JSON.stringify(view), ...PLACE, ownCursor: PLACE.cursor, replayed: false });
}
