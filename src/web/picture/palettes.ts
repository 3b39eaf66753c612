/** The tones of one picture: the room first, then the thing in it, light to dark. */
export interface Tones {
  readonly wall: string;
  readonly halo: string;
  readonly table: string;
  readonly light: string;
  readonly main: string;
  readonly deep: string;
  readonly accent: string;
  readonly ink: string;
}

export const palettes = {
  oat: tones("#efe7da #e4d8c5 #dccdb5 #f7f1e6 #e6d9c2 #bda98a #a4583a #5a4a38"),
  harbour: tones("#e6ecec #d3dfe1 #c5d3d6 #a9c6d1 #4f7f99 #2b5570 #e9b872 #1d3a4d"),
  fern: tones("#e9ede2 #d7e0cc #cad5bd #b5caa0 #6f9468 #456546 #e2c48d #2c4230"),
  clay: tones("#f3e6dd #ebd3c3 #dfc2af #e9b597 #c9744e #8f4a31 #f2dfbf #5a2d20"),
  dusk: tones("#eae7f0 #dad4e6 #ccc5da #bfb5d8 #8478ad #564c80 #f0c5b1 #352f55"),
  plum: tones("#f1e6ea #e5d0d8 #d8bfca #d3a3b7 #93506f #622f4b #e8c98f #401c30"),
  honey: tones("#f5ecd9 #ecdcb9 #e0cca3 #f0d6a0 #d3a45a #97692f #6f8d74 #5b3f1d"),
  mint: tones("#e4eee9 #cfe2d9 #c0d6cb #c4e3d6 #7fb5a2 #4b8070 #e79a7c #2a4f45"),
  marigold: tones("#f7ebd8 #f1d8b2 #e6c798 #f7d487 #e5a436 #b06f1f #3f6f7a #5d3b14"),
  slate: tones("#e7e8ea #d6d9dd #c8ccd2 #a7afba #59636f #363f4a #e6b98a #21272f"),
  blush: tones("#f6e9e5 #eed7d0 #e4c7be #f4cfc4 #dd9d8d #ab6657 #7f9a86 #6a392f"),
} as const satisfies Record<string, Tones>;

export type PaletteName = keyof typeof palettes;

function tones(text: string): Tones {
  const [wall = "", halo = "", table = "", light = "", main = "", deep = "", accent = "", ink = ""] = text.split(" ");
  return { wall, halo, table, light, main, deep, accent, ink };
}
