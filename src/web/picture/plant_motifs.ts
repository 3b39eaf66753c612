import { body, box, dot, line, type Motif, type Paint, ring, shadow, slab, solid } from "./brush.ts";

const stem = "#5f7f57";
const leafTones = ["#7fa06f", "#5f8558", "#93b283"] as const;

export const plantMotifs = {
  vase: (paint) =>
    shadow(240, 84) + line("M236 176q-10 -60 -46 -104M242 176q2 -70 12 -124M246 176q18 -44 60 -70", stem, 5) +
    sprig(186, 68, -28) + sprig(254, 46, 6) + sprig(312, 102, 48) + sprig(216, 116, -52) +
    body(
      "M206 168h68q-6 40 24 78q34 44 22 92q-8 38 -46 38h-68q-38 0 -46 -38q-12 -48 22 -92q30 -38 24 -78z",
      paint,
      box(154, 168, 172, 208),
    ) +
    dot(240, 168, [34, 7], paint.deep) + line("M184 316q2 -34 24 -60", "#ffffff", 7),
  ringVase: (paint) =>
    shadow(240, 92) + line("M226 146q-6 -50 -34 -84M240 146q2 -60 8 -100M254 146q12 -36 40 -56", stem, 5) +
    sprig(190, 60, -24) + sprig(248, 44, 4) + sprig(298, 86, 44) +
    body(`M212 136h56v26q70 14 70 106q0 108 -98 108t-98 -108q0 -92 70 -106z`, paint, box(142, 136, 196, 240)) +
    dot(240, 274, 44, paint.deep) + dot(240, 276, 40, paint.halo) + dot(240, 136, [28, 6], paint.deep),
  budVases: (paint) =>
    bud({ ...paint, main: paint.light }, 138, "b", 226) + bud(paint, 240, "c", 190) +
    bud({ ...paint, main: paint.deep, light: paint.main }, 342, "d", 244),
  planter: (paint) =>
    shadow(240, 108) +
    [[240, 214, 0, 96], [216, 220, -30, 88], [264, 220, 30, 88], [196, 228, -58, 74], [284, 228, 58, 74]].map((
      [x = 0, y = 0, turn = 0, long = 0],
      index,
    ) =>
      `<g transform="translate(${x} ${y}) rotate(${turn})">${
        solid(
          `M0 16q-30 ${-long / 2} 0 ${-long - 40}q30 ${long / 2 + 40} 0 ${long + 40}z`,
          leafTones[index % 3] ?? stem,
        )
      }${line(`M0 10V${-long}`, "#47683f", 2)}</g>`
    ).join("") +
    solid(slab(box(148, 358, 184, 20), 9), paint.deep) +
    body("M148 226h184l-20 134q-2 8 -10 8h-124q-8 0 -10 -8z", paint, box(148, 226, 184, 142)) +
    solid(slab(box(140, 214, 200, 30), 8), paint.light),
  hangingPlanter: (paint) =>
    line("M240 0v66M240 66L150 232M240 66L330 232M240 66V236", paint.ink, 3) + dot(240, 66, 7, paint.ink) +
    line("M176 232q-40 50 -22 118M196 232q-18 70 2 150M300 232q44 40 30 128M284 232q8 44 -4 96", stem, 5) +
    beads([[150, 300], [160, 340], [188, 320], [192, 376], [336, 306], [326, 352], [284, 318]]) +
    beads([[188, 218], [222, 204], [262, 204], [298, 218], [240, 196], [206, 192], [278, 190]]) +
    body("M140 226h200q4 100 -100 100t-100 -100z", paint, box(140, 226, 200, 100)) +
    dot(240, 226, [100, 12], paint.light),
  wateringCan: (paint) =>
    shadow(236, 118) + line("M282 320Q352 300 386 158", paint.deep, 15) +
    solid("M366 160l44 8l-6 -22l-30 -6z", paint.deep) +
    line("M168 242q-66 -12 -58 58q8 46 62 46M178 230q52 -76 104 0", paint.deep, 13) +
    body("M164 236h132l14 128q2 12 -12 12h-136q-14 0 -12 -12z", paint, box(148, 236, 166, 140)) +
    dot(230, 236, [66, 11], paint.light) +
    `<g fill="#7fb0c4">${
      [[404, 196], [420, 224], [396, 240], [416, 268]].map(([x = 0, y = 0]) =>
        `<path d="M${x} ${y}q9 13 0 19q-9 -6 0 -19z"/>`
      ).join("")
    }</g>`,
  terrarium: (paint) =>
    shadow(240, 122) + solid("M152 352v-120q0 -92 88 -92t88 92v120z", "#ffffff", 0.42) +
    solid("M158 352q8 -54 52 -58q30 -30 58 2q46 -2 54 56z", "#7fa06f") +
    solid("M158 352q20 -34 60 -30q40 -14 104 30z", "#5f8558") +
    line("M224 316q-6 -50 -22 -72M226 316q4 -60 26 -92M262 312q8 -36 26 -48", stem, 4) + sprig(204, 240, -20) +
    sprig(252, 220, 20) + sprig(288, 262, 40) +
    line("M152 352v-120q0 -92 88 -92t88 92v120", paint.deep, 5) + dot(240, 130, 13, paint.accent) +
    line("M176 316v-84q0 -46 34 -62", "#ffffff", 7) +
    solid(slab(box(126, 348, 228, 28), 12), paint.accent),
} as const satisfies Record<string, Motif>;

function sprig(x: number, y: number, turn: number): string {
  return `<g transform="translate(${x} ${y}) rotate(${turn})">` + line("M0 44V-8", stem, 4) +
    [[-1, 30], [1, 20], [-1, 8], [1, -2]].map(([side = 1, at = 0], index) =>
      solid(`M0 ${at}q${side * 8} -18 ${side * 30} -18q${side * -4} 22 ${side * -30} 18z`, leafTones[index % 3] ?? stem)
    ).join("") + solid("M0 -4q-12 -16 0 -34q12 18 0 34z", leafTones[0]) + "</g>";
}

function bud(paint: Paint, x: number, id: string, top: number): string {
  return shadow(x, 50) + line(`M${x} ${top}q-8 -40 6 -84`, stem, 4) +
    [0, 72, 144, 216, 288].map((turn) =>
      `<ellipse cx="0" cy="-14" rx="9" ry="14" fill="${paint.accent}" transform="translate(${x + 6} ${
        top - 88
      }) rotate(${turn})"/>`
    ).join("") +
    dot(x + 6, top - 88, 7, "#f3dc9a") +
    body(
      `M${x - 15} ${top}h30v${(376 - top) * 0.36}q34 14 34 ${(376 - top) * 0.36}q0 ${(376 - top) * 0.28} -34 ${
        (376 - top) * 0.28
      }h-30q-34 0 -34 ${-(376 - top) * 0.28}q0 ${-(376 - top) * 0.22} 34 ${-(376 - top) * 0.36}z`,
      paint,
      { ...box(x - 50, top, 100, 376 - top), id },
    );
}

function beads(places: readonly (readonly [number, number])[]): string {
  return places.map(([x, y], index) => solid(ring(x, y, 19), leafTones[index % 3] ?? stem)).join("");
}
