import { isDeepStrictEqual } from "node:util";
import { z } from "zod";

const Schema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
  enum: z.array(z.unknown()).optional(),
  items: z.unknown().optional(),
});

type Schema = z.infer<typeof Schema>;

/** What a consumer does not parse with, and what is compared by itself. */
const APART: ReadonlySet<string> = new Set([
  "$schema",
  "$id",
  "title",
  "description",
  "properties",
  "required",
  "enum",
  "items",
]);

/**
 * What would break consumers between two JSON Schemas of an event: one sentence each. New optional properties and new
 * values of enumerations are no break.
 */
export function breaks(before: unknown, after: unknown, path = ""): readonly string[] {
  const [old, now] = [Schema.parse(before), Schema.parse(after)];
  return [
    ...keywordBreaks(old, now, path),
    ...enumBreaks(old, now, path),
    ...propertyBreaks(old, now, path),
    ...newlyRequired(old, now, path),
    ...(old.items === undefined || now.items === undefined ? [] : breaks(old.items, now.items, `${path}[]`)),
  ];
}

function keywordBreaks(old: Schema, now: Schema, path: string): readonly string[] {
  const keywords = new Set([...Object.keys(old), ...Object.keys(now)].filter((keyword) => !APART.has(keyword)));
  return [...keywords].filter((keyword) => !isDeepStrictEqual(old[keyword], now[keyword])).map((keyword) =>
    `${named(path)} had ${keyword} ${shown(old[keyword])} and now has ${shown(now[keyword])}`
  );
}

function enumBreaks(old: Schema, now: Schema, path: string): readonly string[] {
  if (old.enum === undefined && now.enum === undefined) return [];
  if (now.enum === undefined) return [`${named(path)} was one of ${shown(old.enum)} and now may be anything`];
  const values = now.enum;
  if (old.enum === undefined) return [`${named(path)} might be anything and now is one of ${shown(values)}`];
  return old.enum.filter((value) => !values.includes(value)).map((value) =>
    `${named(path)} can no longer be ${shown(value)}, which events published before may hold`
  );
}

function propertyBreaks(old: Schema, now: Schema, path: string): readonly string[] {
  return Object.entries(old.properties).flatMap(([name, property]) => {
    const inside = path === "" ? name : `${path}.${name}`;
    if (!(name in now.properties)) return [`${named(inside)} was removed`];
    const lapsed = old.required.includes(name) && !now.required.includes(name)
      ? [`${named(inside)} was always there and now may be absent`]
      : [];
    return [...lapsed, ...breaks(property, now.properties[name], inside)];
  });
}

function newlyRequired(old: Schema, now: Schema, path: string): readonly string[] {
  return now.required.filter((name) => !old.required.includes(name)).map((name) =>
    `${named(path === "" ? name : `${path}.${name}`)} is now required, and events published before lack it`
  );
}

function named(path: string): string {
  return path === "" ? "the event" : `"${path}"`;
}

function shown(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(value);
}
