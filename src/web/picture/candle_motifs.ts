import { body, box, dot, line, type Motif, type Paint, shadow, slab, solid } from "./brush.ts";

export const candleMotifs = {
  jarCandle: (paint) =>
    shadow(240, 100) + glow(240, 150) +
    body(slab(box(150, 192, 180, 184), 22), paint, box(150, 192, 180, 184)) +
    dot(240, 196, [90, 14], paint.light) + dot(240, 198, [76, 9], "#fbf3e0") + flame(240, 190),
  pillar: (paint) =>
    shadow(214, 74) + shadow(318, 52) + glow(214, 110) +
    body(slab(box(152, 152, 124, 224), 10), { ...paint, pattern: "cord" }, box(152, 152, 124, 224)) +
    dot(214, 156, [62, 11], paint.light) + flame(214, 152) +
    body(slab(box(276, 256, 88, 120), 8), { ...paint, pattern: "cord" }, { ...box(276, 256, 88, 120), id: "c" }) +
    dot(320, 259, [44, 8], paint.light) + line("M320 256v-14", paint.ink, 4),
  tapers: (paint) => taper(paint, 186, "b", 92) + taper(paint, 294, "c", 128),
  tealight: (paint) =>
    shadow(240, 110) + glow(240, 208) +
    body("M140 376q-34 -60 2 -116q20 -30 50 -38h96q30 8 50 38q36 56 2 116z", paint, box(120, 222, 240, 154)) +
    dot(240, 224, [50, 9], paint.deep) + hive(paint) + flame(240, 224),
  diffuser: (paint) =>
    shadow(240, 88) +
    line("M232 210l-62 -150M238 208l-26 -160M243 208l14 -162M248 210l54 -152M252 212l92 -132", "#a98558", 5) +
    body(
      "M212 200h56v34q50 14 50 62v48q0 32 -32 32h-92q-32 0 -32 -32v-48q0 -48 50 -62z",
      paint,
      box(162, 200, 156, 176),
    ) +
    solid(slab(box(206, 192, 68, 22), 5), paint.ink),
  soap: (paint) =>
    shadow(240, 128) + solid(slab(box(116, 350, 248, 26), 12), paint.ink, 0.75) +
    body(slab(box(138, 248, 204, 104), 30), paint, box(138, 248, 204, 104)) +
    `<g fill="none" stroke="${paint.deep}" stroke-width="5" opacity=".6"><ellipse cx="240" cy="300" rx="62" ry="26"/></g>` +
    bubble(170, 206, 22) + bubble(212, 176, 13) + bubble(318, 214, 17) + bubble(296, 178, 8),
  incense: (paint) =>
    shadow(240, 118) + line("M222 350L316 168", paint.deep, 6) + dot(318, 164, 6, "#e4572e") +
    `<path d="M322 150q-26 -26 0 -52t-6 -60" fill="none" stroke="#fff" stroke-width="7" stroke-linecap="round" opacity=".75"/>` +
    body(
      "M126 334h228q-8 42 -64 42h-100q-56 0 -64 -42z",
      { ...paint, main: paint.accent, deep: "#a07c45" },
      box(126, 334, 228, 42),
    ) +
    dot(240, 335, [114, 13], "#f3e2b7") + dot(240, 337, [98, 9], "#d8b877") +
    solid(slab(box(74, 296, 70, 80), 6), paint.main) +
    solid("M74 330h70v24h-70z", "#fbf7ef"),
} as const satisfies Record<string, Motif>;

function flame(x: number, y: number): string {
  return line(`M${x} ${y}v-14`, "#3a2a20", 4) +
    solid(`M${x} ${y - 62}q26 30 13 47q-13 14 -26 0q-13 -17 13 -47z`, "#f6b73c") +
    solid(`M${x} ${y - 40}q12 15 6 24q-6 7 -12 0q-6 -9 6 -24z`, "#fff1c9");
}

function glow(x: number, y: number): string {
  return `<circle cx="${x}" cy="${y}" r="120" fill="url(#glow)"/>`;
}

function taper(paint: Paint, x: number, id: string, top: number): string {
  return shadow(x, 54) + glow(x, top - 30) +
    body(slab(box(x - 15, top, 30, 232 - (top - 92)), 7), paint, { ...box(x - 15, top, 30, 232), id }) +
    flame(x, top + 3) +
    solid(`M${x - 26} 318h52l-8 22h-36z`, paint.accent) + solid(`M${x - 7} 336h14v26h-14z`, paint.accent) +
    dot(x, 370, [46, 9], paint.accent);
}

function hive(paint: Paint): string {
  const holes = [
    [176, 268],
    [219, 262],
    [262, 262],
    [305, 268],
    [154, 304],
    [197, 300],
    [240, 298],
    [283, 300],
    [326, 304],
    [178, 340],
    [219, 338],
    [262, 338],
    [303, 340],
  ];
  return holes.map(([x = 0, y = 0]) =>
    `<path d="M${x - 13} ${y}l6.5 -11h13l6.5 11l-6.5 11h-13z" fill="#ffe9ad" stroke="${paint.deep}" stroke-width="2"/>`
  ).join("");
}

function bubble(x: number, y: number, radius: number): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="#fff" opacity=".55"/><circle cx="${x - radius / 3}" cy="${
    y - radius / 3
  }" r="${radius / 4}" fill="#fff"/>`;
}
