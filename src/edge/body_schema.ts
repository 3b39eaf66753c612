import { z } from "zod";

const ObjectSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
});

export interface BodySchema {
  readonly schema: Readonly<Record<string, unknown>>;
  /** Whether there are members that cannot be left out. */
  readonly required: boolean;
}

/** The JSON Schema of a command's parameters, less those that stand elsewhere: in the path, in the subject. */
export function bodySchema(params: z.ZodType, elsewhere: readonly string[]): BodySchema {
  const { properties, required, ...rest } = ObjectSchema.parse(z.toJSONSchema(params, { io: "input" }));
  const named = Object.entries(properties).filter(([name]) => !elsewhere.includes(name));
  const needed = required.filter((name) => !elsewhere.includes(name));
  return {
    schema: { ...rest, properties: Object.fromEntries(named), required: needed },
    required: needed.length > 0,
  };
}
