import { type ServedText, servedText } from "./served_text.ts";

/** In the order of the cascade. */
const SHEETS = [
  "tokens",
  "base",
  "controls",
  "header",
  "products",
  "product",
  "cart",
  "checkout",
  "order",
  "states",
] as const;

/** All style sheets as one. */
export async function readStylesheet(): Promise<ServedText> {
  const sheets = await Promise.all(
    SHEETS.map((name) => Deno.readTextFile(new URL(`style/${name}.css`, import.meta.url))),
  );
  return servedText(sheets.join("\n"), "text/css; charset=utf-8");
}
