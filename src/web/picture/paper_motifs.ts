import { body, box, dot, line, type Motif, ring, shadow, slab, solid, wallShadow } from "./brush.ts";

export const paperMotifs = {
  notebook: (paint) =>
    shadow(244, 108) + solid(slab(box(162, 112, 178, 264), 10), "#fbf7ef") + line("M332 122v244", "#d9cfbf", 3) +
    body(slab(box(152, 106, 178, 264), 10), paint, box(152, 106, 178, 264)) +
    solid("M152 116q0 -10 10 -10h22v264h-22q-10 0 -10 -10z", paint.ink, 0.5) +
    solid(slab(box(208, 162, 92, 54), 4), "#fbf7ef") + line("M224 182h60M232 197h44", paint.ink, 4) +
    solid("M292 370h14v28l-7 -8l-7 8z", paint.accent),
  notebooks: (paint) =>
    shadow(240, 128) + tilted(-9, 188, paint.deep) + tilted(2, 236, paint.accent) +
    `<g transform="translate(282 258) rotate(11)">` + solid(slab(box(-68, -104, 136, 208), 8), paint.main) +
    solid("M-68 -94q0 -10 10 -10h12v208h-12q-10 0 -10 -10z", paint.deep) +
    solid(slab(box(-26, -66, 70, 40), 3), "#fbf7ef") + line("M-14 -50h46M-8 -40h34", paint.ink, 3) + "</g>",
  cards: (paint) =>
    shadow(240, 138) + `<g transform="rotate(-7 240 260)">` + solid(slab(box(112, 232, 236, 144), 6), paint.light) +
    line("M112 238l118 78l118 -78", paint.deep, 4) + "</g>" + `<g transform="rotate(5 240 240)">` +
    solid(slab(box(158, 116, 172, 224), 6), "#fffaf2") +
    solid(slab(box(172, 130, 144, 196), 3), paint.halo) + bird(paint.main, paint.deep) +
    line("M196 292q50 -22 96 -4", "#5f7f57", 5) + "</g>",
  print: (paint) =>
    wallShadow(slab(box(128, 66, 224, 292), 2)) + solid(slab(box(128, 66, 224, 292), 2), paint.ink) +
    solid(slab(box(138, 76, 204, 272), 1), "#fffaf2") +
    body(slab(box(162, 104, 156, 216), 1), { ...paint, pattern: "hills" }, box(162, 104, 156, 216)),
  wrap: (paint) =>
    shadow(240, 142) + roll(paint, 152, "b") +
    roll({ ...paint, main: paint.light, pattern: "stripe", light: paint.accent }, 232, "c") +
    roll({ ...paint, main: paint.deep, pattern: "leaf" }, 312, "d") + solid(slab(box(322, 324, 82, 46), 4), "#fbf7ef") +
    dot(336, 347, 5, paint.ink) + line("M336 347q-40 -20 -30 -60", paint.accent, 4),
  pencils: (paint) =>
    shadow(240, 118) + [paint.deep, paint.main, paint.accent, paint.light, paint.ink, paint.main].map((tone, index) =>
      pencil(152 + index * 35, tone, index)
    ).join("") +
    solid(slab(box(132, 282, 216, 62), 6), "#fbf7ef") + line("M168 304h144M196 322h88", paint.ink, 5),
  planner: (paint) =>
    wallShadow(slab(box(124, 92, 232, 276), 4)) + solid(slab(box(124, 92, 232, 276), 4), "#fffaf2") +
    solid("M124 96q0 -4 4 -4h224q4 0 4 4v52h-232z", paint.main) +
    line("M154 122h84", paint.light, 8) +
    [0, 1, 2, 3, 4].flatMap((row) => [0, 1, 2, 3, 4, 5].map((column) => cell(column, row, paint))).join("") +
    line("M240 92L200 52M240 92l40 -40", paint.ink, 3) + dot(240, 50, 6, paint.ink) +
    line("M200 52l40 -2l40 2", paint.ink, 3),
} as const satisfies Record<string, Motif>;

function tilted(turn: number, x: number, tone: string): string {
  return `<g transform="translate(${x} 262) rotate(${turn})">${solid(slab(box(-68, -104, 136, 208), 8), tone)}${
    solid(slab(box(-50, -88, 104, 8), 4), "#ffffff", 0.25)
  }</g>`;
}

function bird(main: string, deep: string): string {
  return solid("M186 226q10 -58 66 -50q22 -22 40 -4l20 6l-20 10q-4 66 -58 66q-40 2 -64 30q0 -34 16 -58z", main) +
    solid("M204 232q40 -20 62 4q-24 26 -52 18z", deep) +
    dot(280, 182, 4, "#fffaf2") + line("M234 254v30M250 252v30", deep, 4);
}

function roll(paint: Parameters<Motif>[0], x: number, id: string): string {
  return body(slab(box(x - 34, 108, 68, 268), 6), paint, { ...box(x - 34, 108, 68, 268), id }) +
    dot(x, 110, [34, 9], "#fbf7ef") + dot(x, 110, [18, 5], paint.ink);
}

function pencil(x: number, tone: string, index: number): string {
  const top = 118 + ((index * 37) % 44);
  return solid(`M${x - 13} ${top + 40}h26v${336 - top}h-26z`, tone) +
    solid(`M${x - 13} ${top + 40}l13 -40l13 40z`, "#ecd2a8") + solid(`M${x - 4} ${top + 12}l4 -12l4 12z`, tone) +
    solid(`M${x + 4} ${top + 40}h9v${336 - top}h-9z`, "#1b1612", 0.14);
}

function cell(column: number, row: number, paint: Parameters<Motif>[0]): string {
  const [x, y] = [142 + column * 34, 166 + row * 38];
  const marked = (column * 5 + row * 7) % 11 === 3;
  return marked ? solid(ring(x + 13, y + 13, 12), paint.accent) : solid(slab(box(x, y, 26, 26), 4), paint.halo);
}
