import { body, box, dot, line, type Motif, shadow, slab, solid } from "./brush.ts";

export const kitchenMotifs = {
  mug: (paint) =>
    shadow(232, 112) +
    line("M306 236q66 -6 62 48q-6 52 -76 46", paint.deep, 22) +
    line("M306 236q66 -6 62 48q-6 52 -76 46", paint.main, 13) +
    body("M148 190h164v140q0 46 -46 46h-72q-46 0 -46 -46z", paint, box(148, 190, 164, 186)) +
    dot(230, 190, [82, 15], paint.light) + dot(230, 193, [68, 10], paint.ink) + steam(206),
  cups: (paint) =>
    shadow(168, 84) + shadow(318, 84) + cup(paint, 168, "b") + cup(paint, 318, "c") + steam(150) + steam(300),
  teapot: (paint) =>
    shadow(240, 128) +
    line("M152 258q-58 -8 -58 40q4 48 74 44", paint.deep, 17) +
    solid("M326 318q50 -12 62 -82q4 -12 18 -10q10 2 6 16q-14 92 -76 116z", paint.deep) +
    body(
      "M240 206c78 0 116 44 116 92c0 50 -40 78 -116 78s-116 -28 -116 -78c0 -48 38 -92 116 -92z",
      paint,
      box(124, 206, 232, 170),
    ) +
    solid("M178 220q62 -42 124 0q-62 20 -124 0z", paint.light) + dot(240, 190, 15, paint.deep) + steam(408, 214),
  bowl: (paint) =>
    shadow(240, 118) + solid("M198 350h84l10 26h-104z", paint.deep) +
    body("M104 232h272q-6 130 -136 130s-130 0 -136 -130z", paint, box(104, 232, 272, 130)) +
    dot(240, 232, [136, 24], paint.light) + dot(240, 237, [118, 17], paint.deep) +
    dot(240, 241, [100, 11], paint.accent) +
    line("M306 236l82 -92M322 240l86 -84", paint.ink, 6) + steam(196, 216),
  plate: (paint) =>
    shadow(240, 120) +
    line("M176 376l18 -34M304 376l-18 -34", paint.ink, 8) +
    dot(240, 236, 132, paint.light) + dot(240, 236, 121, paint.main) + dot(240, 236, 84, paint.light) +
    dot(240, 236, 78, paint.main) +
    line("M164 190q26 -46 76 -52", "#ffffff", 5).replace("/>", ` opacity=".45"/>`) +
    dot(268, 262, [30, 22], paint.halo).replace("/>", ` opacity=".25"/>`),
  jug: (paint) =>
    shadow(236, 96) +
    line("M300 206q74 4 62 72q-12 56 -70 56", paint.deep, 17) +
    body(
      "M172 138l-22 -18h134l14 20q-8 34 10 76q32 64 18 124q-6 36 -40 36h-100q-34 0 -40 -36q-12 -60 18 -124q18 -44 8 -78z",
      paint,
      box(140, 120, 190, 256),
    ) +
    solid("M150 120h134l14 20h-126z", paint.light) +
    line("M188 120q-6 -44 -34 -60M216 120q4 -52 0 -82M244 120q14 -34 34 -48", "#5f7f57", 5) +
    dot(152, 54, [15, 21], paint.accent) + dot(216, 34, [16, 22], paint.light) + dot(282, 66, [14, 20], paint.accent),
  board: (paint) =>
    shadow(240, 128) +
    body(`${slab(box(152, 118, 176, 258), 26)}M222 122v-50q0 -22 18 -22t18 22v50z`, paint, box(152, 50, 176, 326)) +
    dot(240, 78, 8, paint.wall) + dot(176, 356, 22, "#c4563f") + dot(168, 348, 6, "#e08b77") +
    line("M176 336q2 -10 10 -14", "#456546", 5) +
    solid("M250 376q-2 -44 42 -46q54 -2 58 46z", "#efd9a4") +
    solid("M250 376q-2 -44 42 -46q8 0 14 2q-36 10 -34 44z", "#f8ecca"),
  carafe: (paint) =>
    shadow(240, 84) +
    body(
      "M210 172h60v44q0 18 24 38q30 26 30 66v22q0 34 -34 34h-100q-34 0 -34 -34v-22q0 -40 30 -66q24 -20 24 -38z",
      paint,
      box(156, 172, 168, 204),
    ) +
    solid("M166 300q74 -18 150 0q8 20 8 42q0 34 -34 34h-100q-34 0 -34 -34q0 -22 10 -42z", paint.deep, 0.35) +
    solid("M196 108h88l-6 76h-76z", paint.light, 0.9) + line("M208 122l4 48", "#ffffff", 5) +
    line("M182 318q4 -32 22 -44", "#ffffff", 6),
} as const satisfies Record<string, Motif>;

function cup(paint: Parameters<Motif>[0], x: number, id: string): string {
  return line(`M${x + 46} 276q34 -2 30 26q-4 26 -40 22`, paint.deep, 11) + dot(x, 368, [80, 11], paint.light) +
    body(`M${x - 56} 256h112q2 108 -38 108h-36q-40 0 -38 -108z`, paint, { ...box(x - 56, 256, 112, 108), id }) +
    dot(x, 256, [56, 10], paint.light) + dot(x, 258, [46, 7], paint.ink);
}

function steam(x: number, y = 168): string {
  return `<path d="M${x} ${y}q-14 -18 0 -36t0 -36M${
    x + 30
  } ${y}q-14 -18 0 -36t0 -36" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".6"/>`;
}
