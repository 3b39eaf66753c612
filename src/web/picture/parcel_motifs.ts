import { body, box, line, type Motif, shadow, slab, solid } from "./brush.ts";

/** For products that nobody has drawn: a wrapped present promises nothing about its inside. */
export const parcelMotifs = {
  giftBox: (paint) =>
    shadow(240, 124) + body(slab(box(128, 220, 224, 156), 8), paint, box(128, 220, 224, 156)) +
    solid("M222 220h36v156h-36z", paint.accent) +
    solid(slab(box(114, 178, 252, 54), 8), paint.deep) + solid("M222 178h36v54h-36z", paint.accent) +
    bow(paint.accent, 178),
  giftBag: (paint) =>
    shadow(240, 108) + line("M196 162q0 -70 44 -70t44 70", paint.ink, 7) +
    body("M140 156h200l14 208q0 12 -12 12h-204q-12 0 -12 -12z", paint, box(126, 156, 228, 220)) +
    solid("M292 156h48l14 208q0 12 -12 12h-30z", paint.deep, 0.35) + solid(slab(box(184, 226, 76, 96), 6), "#fbf7ef") +
    line("M200 256h44M206 274h32", paint.ink, 5) + line("M222 226q-4 -30 -22 -60", paint.accent, 4),
  giftTube: (paint) =>
    shadow(240, 92) + body(slab(box(162, 150, 156, 226), 14), paint, box(162, 150, 156, 226)) +
    solid(slab(box(152, 118, 176, 58), 14), paint.deep) +
    solid("M152 244h176v30h-176z", paint.accent) +
    `<g transform="translate(0 62) rotate(-4 240 196)">${bow(paint.accent, 196)}</g>`,
} as const satisfies Record<string, Motif>;

function bow(tone: string, y: number): string {
  return solid(`M240 ${y}q-88 10 -84 -34q6 -40 52 -18q24 14 32 52z`, tone) +
    solid(`M240 ${y}q88 10 84 -34q-6 -40 -52 -18q-24 14 -32 52z`, tone) +
    solid(
      `M232 ${y - 6}q-46 -2 -50 -22q2 -18 24 -6q18 10 26 28zM248 ${y - 6}q46 -2 50 -22q-2 -18 -24 -6q-18 10 -26 28z`,
      "#1b1612",
      0.16,
    ) + solid(slab(box(224, y - 18, 32, 28), 9), tone);
}
