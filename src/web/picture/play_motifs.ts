import { body, box, dot, line, type Motif, type Paint, ring, shadow, slab, solid, wallShadow } from "./brush.ts";

const kite = "M240 52l112 132l-112 190l-112 -190z";

export const playMotifs = {
  train: (paint) =>
    shadow(240, 190) + line("M60 372h360", paint.deep, 5) + solid(slab(box(66, 282, 112, 62), 10), paint.accent) +
    solid(slab(box(86, 240, 32, 42), 4), paint.light) + dot(142, 268, 17, "#c9744e") +
    line("M178 326h30", paint.ink, 7) +
    body(slab(box(206, 252, 196, 92), 16), { ...paint, pattern: "plain" }, box(206, 252, 196, 92)) +
    solid(slab(box(208, 178, 96, 96), 10), paint.main) +
    solid(slab(box(226, 198, 60, 46), 6), paint.wall) + solid(slab(box(198, 166, 116, 20), 8), paint.deep) +
    solid("M346 204h34l8 50h-50z", paint.deep) + puffs() +
    [94, 150, 240, 304, 368].map((x) => dot(x, 348, 25, "#a3763f") + dot(x, 348, 9, paint.light)).join(""),
  rings: (paint) =>
    shadow(240, 112) + solid("M128 352h224q-14 24 -112 24t-112 -24z", "#a3763f") +
    solid(slab(box(232, 92, 16, 250), 8), "#c89a5e") +
    [["#c9544a", 104], ["#dd8a3c", 94], ["#e9bd4b", 84], ["#7fa06f", 74], ["#4f8f99", 64], ["#5c6fa8", 54], [
      "#8a5a94",
      44,
    ]].map(([tone, half], index) => {
      const [wide, y] = [Number(half), 322 - index * 34];
      return solid(slab(box(240 - wide, y, wide * 2, 32), 15), String(tone)) +
        solid(slab(box(240 - wide + 14, y + 6, wide * 0.7, 6), 3), "#ffffff", 0.3);
    }).join("") + dot(240, 96, 21, paint.main),
  rabbit: (paint) =>
    shadow(240, 92) + ear(196, -10, paint) + ear(284, 10, paint) +
    body(
      "M240 242q82 0 82 78q0 56 -44 56h-76q-44 0 -44 -56q0 -78 82 -78z",
      { ...paint, pattern: "cord" },
      box(158, 242, 164, 134),
    ) +
    dot(240, 212, [78, 66], paint.main) + dot(240, 336, [40, 36], paint.light) + eyes(paint.ink, 206) +
    solid("M228 226h24l-12 14z", paint.deep) + line("M240 240q-10 14 -20 6M240 240q10 14 20 6", paint.ink, 4) +
    dot(186, 234, [14, 9], paint.deep).replace("/>", ` opacity=".35"/>`) +
    dot(294, 234, [14, 9], paint.deep).replace("/>", ` opacity=".35"/>`) + dot(178, 366, [26, 14], paint.light) +
    dot(302, 366, [26, 14], paint.light),
  kite: (paint) =>
    wallShadow(kite) + body(kite, { ...paint, pattern: "quarters" }, box(128, 52, 224, 322)) +
    line("M240 52v322M128 184h224", paint.ink, 4) + line("M240 374q40 24 0 50t10 56", paint.ink, 4) +
    solid("M244 404l-30 -14v28zM244 404l30 -14v28z", paint.accent) +
    solid("M252 450l-28 -12v26zM252 450l28 -12v26z", paint.main),
  blocks: (paint) =>
    shadow(240, 160) + block(paint.main, 88, 284) + block(paint.accent, 184, 284) + block("#c9744e", 290, 284) +
    block(paint.light, 138, 190) +
    solid("M118 190h132l-66 -70z", "#c9544a") +
    solid("M242 284v-46q0 -40 42 -40t42 40v46h-24v-42q0 -18 -18 -18t-18 18v42z", "#4f8f99") +
    dot(338, 262, 22, "#e9bd4b"),
  top: (paint) =>
    shadow(240, 62) + line("M240 70v60", "#a3763f", 13) + dot(240, 68, 18, "#c9544a") +
    body(
      "M92 216q70 -96 148 -96t148 96q-60 92 -136 150q-12 10 -24 0q-76 -58 -136 -150z",
      paint,
      box(92, 120, 296, 256),
    ) +
    solid("M98 224q142 36 284 0q-8 14 -20 28q-122 30 -244 0q-12 -14 -20 -28z", paint.ink, 0.85) +
    [150, 195, 240, 285, 330].map((x) => dot(x, 246 - Math.abs(240 - x) / 12, 7, "#e9bd4b")).join(""),
  dominoes: (paint) =>
    shadow(240, 150) + domino(paint, [128, 268, -14], [3, 5]) + domino(paint, [238, 252, 4], [6, 1]) +
    domino(paint, [348, 266, 17], [2, 4]),
  puzzle: (paint) =>
    shadow(240, 140) + solid(slab(box(118, 138, 244, 228), 10), paint.deep) +
    [[0, 0], [1, 0], [2, 0], [0, 1], [2, 1], [0, 2], [1, 2]].map(([x = 0, y = 0]) =>
      piece(126 + x * 77, 146 + y * 72, [paint.main, paint.light, paint.accent][(x + y * 2) % 3] ?? paint.main)
    ).join("") + `<g transform="rotate(14 330 330)">${piece(292, 292, paint.accent)}</g>` +
    dot(168, 182, 12, "#c9544a"),
  boat: (paint) =>
    shadow(240, 120) + solid("M60 366q45 -22 90 0t90 0t90 0t90 0v34h-360z", paint.light, 0.7) +
    line("M236 100v202", "#8a6238", 9) + body("M250 108q96 82 108 170h-108z", paint, box(250, 108, 108, 170)) +
    solid("M224 138q-68 62 -84 140h84z", paint.accent) + solid("M236 78l46 14l-46 16z", "#c9544a") +
    solid("M112 294h256q-18 74 -66 80h-124q-48 -6 -66 -80z", "#c89a5e") + solid("M112 294h256l-4 16h-248z", "#a3763f"),
  bear: (paint) =>
    shadow(240, 100) + dot(176, 118, 31, paint.main) + dot(304, 118, 31, paint.main) + dot(176, 118, 16, paint.light) +
    dot(304, 118, 16, paint.light) +
    body(
      "M240 236q92 0 92 84q0 56 -48 56h-88q-48 0 -48 -56q0 -84 92 -84z",
      { ...paint, pattern: "knit" },
      box(148, 236, 184, 140),
    ) + dot(150, 296, [25, 44], paint.main) + dot(330, 296, [25, 44], paint.main) +
    dot(240, 168, [88, 76], paint.main) + dot(240, 192, [44, 33], paint.light) + eyes(paint.ink, 152) +
    dot(240, 178, [14, 10], paint.ink) + line("M240 188v10M240 198q-12 10 -22 2M240 198q12 10 22 2", paint.ink, 4) +
    solid(slab(box(166, 230, 148, 32), 15), "#4f8f99") + solid("M270 252h36v76h-36z", "#4f8f99") +
    line("M274 330v10M288 330v10M302 330v10", "#4f8f99", 5) + dot(192, 364, [32, 16], paint.deep) +
    dot(288, 364, [32, 16], paint.deep),
} as const satisfies Record<string, Motif>;

function puffs(): string {
  return [[372, 172, 18], [396, 138, 24], [366, 102, 30]].map(([x = 0, y = 0, r = 0]) =>
    `<circle cx="${x}" cy="${y}" r="${r}" fill="#fff" opacity=".75"/>`
  ).join("");
}

function eyes(ink: string, y: number): string {
  return dot(212, y, 8, ink) + dot(268, y, 8, ink) + dot(214, y - 3, 2.5, "#fff") + dot(270, y - 3, 2.5, "#fff");
}

function ear(x: number, turn: number, paint: Paint): string {
  return `<g transform="rotate(${turn} ${x} 180)">${dot(x, 118, [25, 72], paint.main)}${
    dot(x, 122, [12, 52], paint.light)
  }</g>`;
}

function block(tone: string, x: number, y: number): string {
  return solid(slab(box(x, y, 92, 92), 8), tone) + solid(slab(box(x + 12, y + 12, 68, 68), 6), "#ffffff", 0.22) +
    solid(`M${x + 70} ${y}h14q8 0 8 8v76q0 8 -8 8h-14z`, "#1b1612", 0.1);
}

function piece(x: number, y: number, tone: string): string {
  return solid(slab(box(x, y, 74, 69), 5), tone) + solid(ring(x + 74, y + 34, 11), tone) +
    solid(ring(x + 37, y + 66, 10), tone);
}

function domino(
  paint: Paint,
  [x, y, turn]: readonly [number, number, number],
  pips: readonly [number, number],
): string {
  return `<g transform="translate(${x} ${y}) rotate(${turn})">` +
    solid(slab(box(-50, -108, 100, 216), 14), paint.deep) + solid(slab(box(-44, -102, 88, 204), 11), paint.main) +
    line("M-34 0h68", paint.accent, 4) +
    spots(-52, pips[0]) + spots(52, pips[1]) + "</g>";
}

function spots(y: number, count: number): string {
  const corners: readonly (readonly [number, number])[] = [[-22, -26], [22, 26], [22, -26], [-22, 26], [-22, 0], [
    22,
    0,
  ]];
  const places = count % 2 === 1 ? [[0, 0] as const, ...corners.slice(0, count - 1)] : corners.slice(0, count);
  return places.map(([dx, dy]) => dot(dx, y + dy, 8, "#fffaf2")).join("");
}
