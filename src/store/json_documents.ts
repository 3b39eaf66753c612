/** JSON texts for statements that take their rows as one document. */

/** An array of JSON texts as one, or null when it is empty: statements skip what is null. */
export function jsonArray(items: readonly string[]): string | null {
  return items.length === 0 ? null : mended(`[${items.join()}]`);
}

/** Any value as a parameter. */
export function jsonParameter(value: unknown): string {
  return mended(JSON.stringify(value));
}

const backslashOrUnstorable = /(\\\\)|\\u(?:0000|d[89a-f][0-9a-f]{2})/gi;

/**
 * PostgreSQL's text holds neither U+0000 nor half a surrogate pair. Edges refuse both; what slips through from inside
 * becomes U+FFFD, because a message that cannot be stored could not even be written to the dead letters.
 */
function mended(json: string): string {
  if (!json.includes("\\u")) return json;
  return json.replace(backslashOrUnstorable, (_, backslash: string | undefined) => backslash ?? "\\ufffd");
}
