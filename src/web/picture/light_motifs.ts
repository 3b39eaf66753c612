import { body, box, dot, line, type Motif, ring, shadow, slab, solid, wallShadow } from "./brush.ts";

export const lightMotifs = {
  mushroomLamp: (paint) =>
    shadow(240, 92) + `<circle cx="240" cy="220" r="190" fill="url(#glow)"/>` +
    solid("M212 226h56l14 132q2 18 -16 18h-52q-18 0 -16 -18z", paint.light) +
    solid("M252 226h16l14 132q2 18 -16 18h-18z", paint.deep, 0.3) +
    body("M98 234q4 -124 142 -124t142 124q-142 30 -284 0z", paint, box(98, 110, 284, 140)) +
    dot(240, 238, [128, 13], "#ffe9b8"),
  tableLamp: (paint) =>
    shadow(240, 84) + `<circle cx="240" cy="200" r="190" fill="url(#glow)"/>` + line("M240 232v60", "#8a6238", 11) +
    dot(240, 302, [23, 27], "#a3763f") + dot(240, 344, [16, 15], "#8a6238") +
    solid(slab(box(184, 354, 112, 22), 10), "#8a6238") +
    body("M186 92h108l46 148h-200z", { ...paint, pattern: "cord" }, box(140, 92, 200, 148)) +
    dot(240, 240, [100, 9], "#ffe9b8") + line("M310 244v34", paint.ink, 3) + dot(310, 282, 6, paint.ink),
  lantern: (paint) =>
    line("M240 0v78", paint.ink, 3) + `<circle cx="240" cy="214" r="210" fill="url(#glow)"/>` +
    body("M240 84c96 0 140 60 140 132s-44 132 -140 132s-140 -60 -140 -132s44 -132 140 -132z", {
      ...paint,
      main: paint.light,
      pattern: "ribs",
    }, box(100, 84, 280, 264)) +
    solid(slab(box(206, 76, 68, 16), 5), paint.ink) + solid(slab(box(206, 340, 68, 14), 5), paint.ink) +
    line("M240 354v44", paint.accent, 5) + dot(240, 404, [9, 16], paint.accent),
  festoon: (paint) =>
    line("M-10 92Q120 230 240 186T490 96", paint.ink, 5) + line("M-10 250Q110 372 250 320T490 232", paint.ink, 5) +
    [[44, 142], [124, 186], [208, 196], [296, 166], [384, 126]].map(([x = 0, y = 0]) => bulb(x, y, paint.ink)).join(
      "",
    ) +
    [[56, 302], [146, 336], [236, 326], [326, 290], [412, 256]].map(([x = 0, y = 0]) => bulb(x, y, paint.ink)).join(""),
  clock: (paint) =>
    wallShadow(ring(240, 224, 138)) + dot(240, 224, 138, paint.main) + dot(240, 224, 120, "#fffaf2") +
    [0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330].map((turn) =>
      `<rect x="-3" y="-108" width="6" height="${
        turn % 90 ? 12 : 22
      }" rx="3" fill="${paint.ink}" transform="translate(240 224) rotate(${turn})"/>`
    ).join("") + line("M240 224l-46 -42", paint.ink, 10) + line("M240 224l22 -86", paint.ink, 7) +
    line("M240 224l-30 74", paint.accent, 4) + dot(240, 224, 10, paint.accent),
  alarmClock: (paint) =>
    shadow(240, 96) + line("M170 346l-26 30M310 346l26 30", paint.ink, 13) +
    solid("M128 176q-8 -58 58 -62q22 2 20 20z", paint.deep) +
    solid("M352 176q8 -58 -58 -62q-22 2 -20 20z", paint.deep) +
    line("M240 126v-26M214 96h52", paint.ink, 9) + dot(240, 246, 122, paint.main) + dot(240, 246, 100, "#fffaf2") +
    [0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330].map((turn) =>
      `<circle cy="-84" r="${turn % 90 ? 3.5 : 6}" fill="${paint.ink}" transform="translate(240 246) rotate(${turn})"/>`
    ).join("") +
    line("M240 246v-58", paint.ink, 8) + line("M240 246l44 26", paint.ink, 8) + dot(240, 246, 9, paint.accent),
  mirror: (paint) =>
    wallShadow("M136 362v-176q0 -104 104 -104t104 104v176z") +
    solid("M136 362v-176q0 -104 104 -104t104 104v176z", paint.deep) +
    solid("M148 350v-164q0 -92 92 -92t92 92v164z", "#dfe9ea") +
    solid("M148 300l160 -174q24 28 24 60v60l-100 104h-84z", "#ffffff", 0.5) +
    solid(slab(box(118, 352, 244, 20), 6), paint.main) + solid("M282 352v-30q0 -8 8 -8h18q8 0 8 8v30z", paint.accent) +
    line("M299 314v-22", "#5f7f57", 4) +
    solid("M299 298q-22 -4 -26 -26q24 2 26 26zM299 294q22 -6 24 -30q-24 4 -24 30z", "#7fa06f"),
  hourglass: (paint) =>
    shadow(240, 88) +
    solid(
      "M178 128h124q0 72 -46 104q-10 10 0 22q46 32 46 104h-124q0 -72 46 -104q10 -12 0 -22q-46 -32 -46 -104z",
      "#ffffff",
      0.55,
    ) +
    solid("M192 176h96q-10 32 -40 54q-6 6 -8 6t-8 -6q-30 -22 -40 -54z", paint.main) +
    line("M240 236v70", paint.main, 4) + solid("M184 352q8 -34 56 -46q48 12 56 46z", paint.main) +
    line(
      "M178 128q0 72 46 104q10 10 0 22q-46 32 -46 104M302 128q0 72 -46 104q-10 10 0 22q46 32 46 104",
      paint.light,
      5,
    ) + solid(slab(box(156, 106, 168, 26), 10), "#a3763f") + solid(slab(box(156, 352, 168, 26), 10), "#8a6238"),
} as const satisfies Record<string, Motif>;

function bulb(x: number, y: number, ink: string): string {
  return `<circle cx="${x}" cy="${y + 40}" r="52" fill="url(#glow)"/>` +
    solid(slab(box(x - 8, y - 2, 16, 20), 4), ink) +
    solid(`M${x} ${y + 66}q-24 -6 -21 -28q4 -14 13 -22h16q9 8 13 22q3 22 -21 28z`, "#fbd98b") +
    line(`M${x - 8} ${y + 36}q8 12 16 0`, "#d98e2b", 3);
}
