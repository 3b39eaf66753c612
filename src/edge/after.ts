import { invalid } from "./edge_error.ts";

const RECEIPT = /^\d{1,15}\.[a-z2-7]{8}$/;
const PAGE = /^p\.([A-Za-z0-9_-]+)$/;

/** What `after` asks of a list: to show a write just made, or to go on where the last page ended. */
export type After =
  | { readonly kind: "start" }
  | { readonly kind: "write" }
  | { readonly kind: "page"; readonly place: string };

/** Cursors of receipts and of pages both go into `after`; their forms tell them apart. */
export function readAfter(text: string | undefined): After {
  if (text === undefined || text === "") return { kind: "start" };
  if (RECEIPT.test(text)) return { kind: "write" };
  const page = PAGE.exec(text)?.[1];
  const place = page === undefined ? undefined : decode(page);
  if (place === undefined) throw invalid("after", "It must be a cursor of a receipt, or the `next` of a page");
  return { kind: "page", place };
}

/** A listing's own place, as clients see it. */
export function pageCursor(place: string | null): string | null {
  return place === null
    ? null
    : `p.${new TextEncoder().encode(place).toBase64({ alphabet: "base64url", omitPadding: true })}`;
}

function decode(page: string): string | undefined {
  try {
    const bytes = Uint8Array.fromBase64(page, { alphabet: "base64url" });
    const place = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return place.includes("\0") ? undefined : place;
  } catch {
    return undefined;
  }
}
