import { z } from "zod";

/** What the texts of environment variables may say. Every message reads on from the variable's name and value. */

export function wholeNumber(least: number, most: number): z.ZodType<number> {
  return z.string()
    .regex(/^\d{1,10}$/, `is not a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `is not a whole number from ${least} to ${most}`);
}

export function oneOf<const Words extends readonly [string, ...string[]]>(...words: Words): z.ZodType<Words[number]> {
  return z.enum(words, `is not one of ${words.join(", ")}`);
}

export function flag(): z.ZodType<boolean> {
  return oneOf("true", "false").transform((word) => word === "true");
}

export function address(...protocols: readonly string[]): z.ZodType<string> {
  const expected = protocols.map((protocol) => `${protocol}//`).join(" or ");
  return z.string().refine(
    (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
    `is not an address that begins with ${expected}`,
  );
}

function list(): z.ZodType<readonly string[]> {
  return z.string().transform((text) => text.split(",").map((part) => part.trim()).filter((part) => part !== ""));
}

export function nameList(shape: RegExp, example: string): z.ZodType<readonly string[]> {
  return list().refine(
    (names) => names.length > 0 && names.every((name) => shape.test(name)),
    `is not a list of names such as ${example}`,
  );
}

export function originList(): z.ZodType<readonly string[]> {
  return list().refine(
    (origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
    "is not a list of origins such as https://shop.example",
  );
}
