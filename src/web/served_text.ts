/** A text that does not change while the process runs. */
export interface ServedText {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
}

/** For what may be kept without asking again, since its URL changes with it. */
export const FOR_EVER = "public, max-age=31536000, immutable";

export async function servedText(text: string, type: string): Promise<ServedText> {
  return { body: new TextEncoder().encode(text), type, etag: `"${(await digestOf(text)).slice(0, 24)}"` };
}

/** Hex of SHA-256. */
export async function digestOf(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toHex();
}

export interface Asking {
  readonly ifNoneMatch: string | undefined;
  /** Without it browsers ask each time, so that a new version shows at once. */
  readonly forEver?: boolean;
}

/** The text, or 304 to a browser that has it. */
export function serve(text: ServedText, { ifNoneMatch, forEver = false }: Asking): Response {
  const headers = {
    "cache-control": forEver ? FOR_EVER : "no-cache",
    "content-type": text.type,
    "etag": text.etag,
    "x-content-type-options": "nosniff",
  };
  const isKnown = ifNoneMatch?.split(",").some((tag) => tag.trim().replace(/^W\//, "") === text.etag);
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(text.body, { headers });
}
