import { LARGEST_MESSAGE_BYTES } from "./ports.ts";

/** A character weighs three bytes at most, and something is written around what is sent. */
export const MESSAGE_CHARS = Math.floor(LARGEST_MESSAGE_BYTES / 3) - 10_000;

export interface PortioningOptions<Item> {
  /** How long it is when it is written, about. */
  readonly chars: (item: Item) => number;
  /** Told of what is too large for any message and left out. */
  readonly tooLarge: (item: Item, chars: number) => void;
}

/** Parts items, in their order, into such portions as fit into one message each. */
export function portions<Item>(items: readonly Item[], options: PortioningOptions<Item>): Item[][] {
  const parted: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const chars = options.chars(item);
    if (chars > MESSAGE_CHARS) {
      options.tooLarge(item, chars);
      continue;
    }
    if (chars > room) {
      parted.push([]);
      room = MESSAGE_CHARS;
    }
    room -= chars;
    parted.at(-1)?.push(item);
  }
  return parted;
}
