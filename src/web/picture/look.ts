import { candleMotifs } from "./candle_motifs.ts";
import { kitchenMotifs } from "./kitchen_motifs.ts";
import { lightMotifs } from "./light_motifs.ts";
import type { PaletteName } from "./palettes.ts";
import { paperMotifs } from "./paper_motifs.ts";
import { parcelMotifs } from "./parcel_motifs.ts";
import type { PatternName } from "./patterns.ts";
import { plantMotifs } from "./plant_motifs.ts";
import { playMotifs } from "./play_motifs.ts";
import { softMotifs } from "./soft_motifs.ts";

export const motifs = {
  ...kitchenMotifs,
  ...candleMotifs,
  ...plantMotifs,
  ...softMotifs,
  ...paperMotifs,
  ...lightMotifs,
  ...playMotifs,
  ...parcelMotifs,
} as const;

/** How a product is pictured. */
export interface Look {
  readonly motif: keyof typeof motifs;
  readonly palette: PaletteName;
  readonly pattern: PatternName;
}

const parcels = ["giftBox", "giftBag", "giftTube"] as const satisfies readonly Look["motif"][];
const wrappings = ["plain", "dots", "stripe", "check", "leaf", "waves"] as const satisfies readonly PatternName[];

/** A wrapped present for a product nobody has drawn; the number decides which, always the same. */
export function wrappedLook(number: number): Look {
  return {
    motif: pick(parcels, number),
    pattern: pick(wrappings, Math.floor(number / 3)),
    palette: pick(paletteNames(), Math.floor(number / 18)),
  };
}

function paletteNames(): readonly PaletteName[] {
  return ["oat", "harbour", "fern", "clay", "dusk", "plum", "honey", "mint", "marigold", "slate", "blush"];
}

function pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[], number: number): Item {
  const item = items[number % items.length];
  if (item === undefined) throw new RangeError(`Cannot pick "${number}": there is nothing to pick from`);
  return item;
}
