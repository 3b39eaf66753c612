import { body, box, dot, line, type Motif, ring, shadow, slab, solid, wallShadow } from "./brush.ts";

const pillow = "M122 160q118 -22 236 0q20 100 0 212q-118 14 -236 0q-20 -112 0 -212z";
const pouch = "M150 168h180l22 190q2 18 -16 18h-192q-18 0 -16 -18z";
const hotBottle = "M206 130h68v24q62 4 62 64v112q0 46 -46 46h-100q-46 0 -46 -46v-112q0 -60 62 -64z";
const bib = "M184 96h112q-4 66 62 92v172q0 16 -16 16h-204q-16 0 -16 -16v-172q66 -26 62 -92z";

export const softMotifs = {
  cushion: (paint) =>
    shadow(240, 138) + body(pillow, paint, box(104, 146, 272, 232)) +
    line(pillow, paint.deep, 4) + dot(122, 160, 7, paint.deep) + dot(358, 160, 7, paint.deep) +
    dot(122, 372, 7, paint.deep) + dot(358, 372, 7, paint.deep),
  throw: (paint) =>
    shadow(240, 142) + fringe(126, 354, paint.main) +
    body(slab(box(112, 214, 256, 148), 20), paint, box(112, 214, 256, 148)) +
    line("M116 262h248M116 312h248", paint.deep, 4) +
    body("M150 222q-6 -62 30 -62h146q34 0 42 62v96q-30 14 -62 2v-92z", {
      ...paint,
      main: paint.light,
      light: paint.main,
    }, { ...box(150, 160, 220, 164), id: "c" }),
  towel: (paint) =>
    line("M84 116h312", paint.ink, 9) + dot(84, 116, 10, paint.ink) + dot(396, 116, 10, paint.ink) +
    wallShadow("M122 112h116v224h-116z") + body("M122 108h116v232h-116z", paint, box(122, 108, 116, 232)) +
    line("M126 320h108", paint.accent, 7) +
    wallShadow("M254 112h104v186h-104z") +
    body("M254 108h104v194h-104z", { ...paint, pattern: "stripe", main: paint.light, light: paint.main }, {
      ...box(254, 108, 104, 194),
      id: "c",
    }),
  tote: (paint) =>
    shadow(240, 118) + line("M192 176v-48q0 -48 48 -48t48 48v48", paint.accent, 13) +
    body(pouch, paint, box(126, 168, 228, 208)) + solid(slab(box(194, 236, 92, 86), 8), paint.deep, 0.45) +
    line("M194 250h92", paint.accent, 5),
  socks: (paint) => shadow(246, 130) + sock(paint, "b") + `<g transform="translate(112 -6)">${sock(paint, "c")}</g>`,
  hotWaterBottle: (paint) =>
    shadow(240, 100) + solid(slab(box(214, 84, 52, 60), 10), paint.ink) +
    solid(slab(box(204, 74, 72, 22), 10), paint.deep) +
    body(hotBottle, paint, box(144, 130, 192, 246)) + solid(slab(box(194, 134, 92, 30), 12), paint.light) +
    line("M206 164q-14 30 -26 44M274 164q10 26 24 30", paint.accent, 6) +
    dot(180, 212, 10, paint.accent) + dot(298, 198, 10, paint.accent),
  apron: (paint) =>
    line("M186 100q-12 -66 54 -66t54 66", paint.accent, 9) + wallShadow(bib) +
    body(bib, paint, box(122, 96, 236, 280)) +
    line("M122 236q-34 6 -44 40M358 236q34 6 44 40", paint.accent, 8) +
    solid(slab(box(154, 262, 78, 72), 8), paint.deep) + solid(slab(box(248, 262, 78, 72), 8), paint.deep) +
    line("M154 276h78M248 276h78", paint.accent, 4) + line("M178 262l4 -42", "#b78a54", 9) +
    solid(ring(184, 206, 17), "#b78a54"),
} as const satisfies Record<string, Motif>;

function fringe(from: number, to: number, tone: string): string {
  const count = Math.floor((to - from) / 12);
  return Array.from({ length: count + 1 }, (_, index) => line(`M${from + index * 12} 358v16`, tone, 4)).join("");
}

function sock(paint: Parameters<Motif>[0], id: string): string {
  const outline = "M118 122h78v132q0 20 18 34q34 26 20 60q-10 28 -44 28h-50q-34 0 -34 -38z";
  return body(outline, paint, { ...box(104, 122, 140, 254), id }) +
    solid(slab(box(110, 110, 94, 40), 12), paint.accent) +
    solid("M110 322q20 -6 26 54q-26 -2 -30 -34z", paint.accent) +
    solid("M224 300q22 24 8 50q-10 26 -42 26q-6 -44 34 -76z", paint.accent);
}
