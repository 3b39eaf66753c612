import type { Box } from "./brush.ts";
import type { Tones } from "./palettes.ts";

/** Decorates the surface inside a box; whoever calls clips it to the thing's outline. */
type Pattern = (tones: Tones, area: Box) => string;

export const patterns = {
  plain: () => "",
  speckle: (tones, area) =>
    scatter(
      area,
      90,
      (x, y, size) => `<circle cx="${x}" cy="${y}" r="${1 + size * 2.2}" fill="${tones.deep}" opacity=".55"/>`,
    ),
  dots: (tones, area) =>
    grid(area, 30, (x, y, odd) => `<circle cx="${x + (odd ? 15 : 0)}" cy="${y}" r="5.5" fill="${tones.accent}"/>`),
  dip: (tones, area) => {
    const top = area.y + area.height * 0.58;
    const step = area.width / 4;
    return `<path d="M${area.x} ${top}q${step / 2} 14 ${step} 0t${step} 0t${step} 0t${step} 0V${
      area.y + area.height
    }H${area.x}z" fill="${tones.deep}"/>`;
  },
  band: (tones, area) =>
    bar(area, [0.24, 0.1], tones.light) + bar(area, [0.38, 0.035], tones.light) + bar(area, [0.17, 0.035], tones.light),
  rings: (tones, area) => bar(area, [0.3, 0.07], tones.accent) + bar(area, [0.46, 0.07], tones.light),
  stripe: (tones, area) =>
    [0.08, 0.24, 0.4, 0.56, 0.72, 0.88].map((from) => bar(area, [from, 0.075], tones.light)).join(""),
  grain: (tones, area) =>
    [0.14, 0.3, 0.42, 0.6, 0.78, 0.9].map((from, index) =>
      `<path d="M${area.x} ${at(area, from)}q${area.width / 4} ${index % 2 ? 10 : -8} ${area.width / 2} 0t${
        area.width / 2
      } ${index % 2 ? 4 : -4}" fill="none" stroke="${tones.deep}" stroke-width="2.5" opacity=".4"/>`
    ).join(""),
  label: (tones, area) => {
    const width = area.width * 0.62;
    const x = area.x + (area.width - width) / 2;
    const y = at(area, 0.36);
    return `<rect x="${x}" y="${y}" width="${width}" height="${area.height * 0.4}" rx="3" fill="#fbf7ef"/>` +
      [0.1, 0.19, 0.25].map((from, index) =>
        `<rect x="${x + width * (index ? 0.26 : 0.18)}" y="${y + area.height * from}" width="${
          width * (index ? 0.48 : 0.64)
        }" height="${index ? 3 : 7}" rx="1.5" fill="${tones.ink}" opacity="${index ? 0.45 : 0.85}"/>`
      ).join("");
  },
  waves: (tones, area) =>
    [0.16, 0.32, 0.48, 0.64, 0.8].map((from) =>
      `<path d="M${area.x - 10} ${
        at(area, from)
      }q22 -26 44 0t44 0t44 0t44 0t44 0t44 0t44 0" fill="none" stroke="${tones.light}" stroke-width="9"/>`
    ).join(""),
  check: (tones, area) =>
    spread(area.width, 44).map((x) =>
      `<rect x="${area.x + x}" y="${area.y}" width="22" height="${area.height}" fill="${tones.light}" opacity=".5"/>`
    ).join("") +
    spread(area.height, 44).map((y) =>
      `<rect x="${area.x}" y="${area.y + y}" width="${area.width}" height="22" fill="${tones.deep}" opacity=".32"/>`
    ).join(""),
  knit: (tones, area) =>
    grid(
      area,
      18,
      (x, y) =>
        `<path d="M${x - 8} ${
          y - 5
        }l8 8l8 -8" fill="none" stroke="${tones.deep}" stroke-width="3" opacity=".38" stroke-linejoin="round"/>`,
    ),
  cord: (tones, area) =>
    spread(area.width, 11).map((x) =>
      `<rect x="${area.x + x}" y="${area.y}" width="3" height="${area.height}" fill="${tones.deep}" opacity=".28"/>`
    ).join(""),
  ribs: (tones, area) =>
    spread(area.height, 24).map((y) =>
      `<path d="M${area.x} ${area.y + y}q${
        area.width / 2
      } 12 ${area.width} 0" fill="none" stroke="${tones.deep}" stroke-width="2.5" opacity=".55"/>`
    ).join(""),
  leaf: (tones, area) =>
    grid(
      area,
      46,
      (x, y, odd) =>
        `<path d="M0 -17q13 14 0 34q-13 -20 0 -34z" transform="translate(${x + (odd ? 23 : 0)} ${y}) rotate(${
          odd ? 38 : -32
        })" fill="${odd ? tones.light : tones.accent}"/>`,
    ),
  hills: (tones, area) =>
    `<rect x="${area.x}" y="${area.y}" width="${area.width}" height="${area.height}" fill="${tones.wall}"/>` +
    `<circle cx="${area.x + area.width * 0.66}" cy="${at(area, 0.3)}" r="${
      area.width * 0.15
    }" fill="${tones.accent}"/>` +
    hill(area, [0.52, -34], tones.light) + hill(area, [0.68, 30], tones.main) + hill(area, [0.84, -24], tones.deep),
  quarters: (tones, area) =>
    `<rect x="${area.x}" y="${area.y}" width="${area.width / 2}" height="${
      area.height * 0.42
    }" fill="${tones.light}"/>` +
    `<rect x="${area.x + area.width / 2}" y="${at(area, 0.42)}" width="${
      area.width / 2
    }" height="${area.height}" fill="${tones.accent}"/>`,
} as const satisfies Record<string, Pattern>;

export type PatternName = keyof typeof patterns;

function at(area: Box, part: number): number {
  return area.y + area.height * part;
}

function bar(area: Box, [from, height]: readonly [number, number], tone: string): string {
  return `<rect x="${area.x}" y="${at(area, from)}" width="${area.width}" height="${
    area.height * height
  }" fill="${tone}"/>`;
}

function hill(area: Box, [from, rise]: readonly [number, number], tone: string): string {
  const half = area.width / 2;
  return `<path d="M${area.x} ${at(area, from)}q${half / 2} ${rise} ${half} 0t${half} 0v${area.height}h${-area
    .width}z" fill="${tone}"/>`;
}

function spread(length: number, step: number): readonly number[] {
  return Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
}

function grid(area: Box, step: number, mark: (x: number, y: number, odd: boolean) => string): string {
  return spread(area.height + step, step).flatMap((y, row) =>
    spread(area.width + step, step).map((x) => mark(area.x + x, area.y + y, row % 2 === 1))
  ).join("");
}

/** Looks strewn, and is the same every time: a low-discrepancy walk over the box. */
function scatter(area: Box, count: number, mark: (x: number, y: number, size: number) => string): string {
  return Array.from({ length: count }, (_, index) => {
    const x = Math.round(area.x + area.width * ((index * 0.7548777) % 1));
    const y = Math.round(area.y + area.height * ((index * 0.5698403) % 1));
    return mark(x, y, (index * 0.3819660) % 1);
  }).join("");
}
