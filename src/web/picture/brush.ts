import type { Tones } from "./palettes.ts";
import { type PatternName, patterns } from "./patterns.ts";

/** A product's outline is drawn inside this rectangle; patterns and shading follow it. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a motif paints with. */
export interface Paint extends Tones {
  readonly pattern: PatternName;
}

/** Draws one thing, standing on the table at y = 376 or hanging on the wall of a 480 × 480 picture. */
export type Motif = (paint: Paint) => string;

export function box(x: number, y: number, width: number, height: number): Box {
  return { x, y, width, height };
}

/** A shape with volume: tone, pattern and light, all clipped to its outline. Each shape of a picture has its own id. */
export function body(outline: string, paint: Paint, where: Box & { readonly id?: string }): string {
  const id = where.id ?? "b";
  const area = `x="${where.x}" y="${where.y}" width="${where.width}" height="${where.height}"`;
  return `<clipPath id="${id}"><path d="${outline}"/></clipPath>${solid(outline, paint.main)}` +
    `<g clip-path="url(#${id})">${patterns[paint.pattern](paint, where)}` +
    `<rect ${area} fill="url(#shade)"/><rect ${area} fill="url(#shine)"/></g>`;
}

export function solid(outline: string, tone: string, opacity = 1): string {
  return `<path d="${outline}" fill="${tone}"${opacity === 1 ? "" : ` opacity="${opacity}"`}/>`;
}

export function line(outline: string, tone: string, width: number): string {
  return `<path d="${outline}" fill="none" stroke="${tone}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

export function dot(x: number, y: number, radius: number | readonly [number, number], tone: string): string {
  const [rx, ry] = typeof radius === "number" ? [radius, radius] : radius;
  return `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${tone}"/>`;
}

/** What a thing throws on the table. */
export function shadow(x: number, halfWidth: number, y = 378): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${halfWidth}" ry="${
    Math.round(halfWidth / 9)
  }" fill="#1b1612" opacity=".16"/>`;
}

/** What a thing on the wall throws behind itself. */
export function wallShadow(outline: string): string {
  return `<path d="${outline}" fill="#1b1612" opacity=".12" transform="translate(8 12)"/>`;
}

/** A rectangle with round corners, as a path. */
export function slab(area: Box, corner: number): string {
  const { x, y, width, height } = area;
  return `M${x + corner} ${y}h${width - 2 * corner}q${corner} 0 ${corner} ${corner}v${height - 2 * corner}` +
    `q0 ${corner} ${-corner} ${corner}h${2 * corner - width}q${-corner} 0 ${-corner} ${-corner}` +
    `v${2 * corner - height}q0 ${-corner} ${corner} ${-corner}z`;
}

/** A circle, as a path. */
export function ring(x: number, y: number, radius: number): string {
  return `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0z`;
}
