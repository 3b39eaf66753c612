import { demoCatalogue } from "../catalogue/demo_catalogue.ts";
import { type Look, motifs, wrappedLook } from "./picture/look.ts";
import { palettes, type Tones } from "./picture/palettes.ts";

const drawn: ReadonlyMap<string, Look> = new Map(demoCatalogue.products.map(({ sku, look }) => [sku, look]));

/**
 * The picture of a product as SVG text: the same bytes for the same SKU, for ever, so it may be cached for ever.
 * Demo products are drawn; any other SKU is a wrapped present chosen by its letters.
 */
export function productPicture(sku: string): string {
  const number = hash(sku);
  return paint(drawn.get(sku) ?? wrappedLook(number), number);
}

function paint(look: Look, number: number): string {
  const tones = palettes[look.palette];
  const art = motifs[look.motif]({ ...tones, pattern: look.pattern });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 480"><defs>` +
    `<linearGradient id="shade"><stop offset=".5" stop-color="${tones.ink}" stop-opacity="0"/><stop offset="1" stop-color="${tones.ink}" stop-opacity=".3"/></linearGradient>` +
    `<linearGradient id="shine"><stop offset="0" stop-color="#fff" stop-opacity=".3"/><stop offset=".3" stop-color="#fff" stop-opacity="0"/></linearGradient>` +
    `<radialGradient id="glow"><stop offset="0" stop-color="#ffdf94" stop-opacity=".75"/><stop offset="1" stop-color="#ffdf94" stop-opacity="0"/></radialGradient>` +
    `<linearGradient id="wall" x2="0" y2="1"><stop offset="0" stop-color="${tones.wall}"/><stop offset="1" stop-color="${tones.halo}"/></linearGradient></defs>` +
    `<rect width="480" height="480" fill="url(#wall)"/>${backdrop(tones, number)}` +
    `<rect y="352" width="480" height="128" fill="${tones.table}"/><rect y="352" width="480" height="3" fill="#fff" opacity=".35"/>${art}</svg>`;
}

/** What stands behind the product: a window's light, a round or an arched niche, or nothing. */
function backdrop(tones: Tones, number: number): string {
  switch (number % 4) {
    case 0:
      return `<circle cx="240" cy="226" r="172" fill="${tones.halo}"/>`;
    case 1:
      return `<path d="M84 352V212q0 -156 156 -156t156 156v140z" fill="${tones.halo}"/>`;
    case 2:
      return `<path d="M-40 352L150 0h120L80 352zM160 352L350 0h44L204 352z" fill="#fff" opacity=".3"/>`;
    default:
      return `<circle cx="372" cy="104" r="62" fill="${tones.light}" opacity=".55"/>`;
  }
}

/** FNV-1a: short, stable, and spreads neighbouring SKUs. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return value;
}
