import type { z } from "zod";

/** What the cache gave, if it is what was meant: anybody may have written it, and another release of us. */
export function parsedJson<Shape extends z.ZodType>(
  json: string | undefined,
  shape: Shape,
): z.infer<Shape> | undefined {
  if (json === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
