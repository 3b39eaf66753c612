import { maybe, type Reader, record, text, whole } from "./json_shape.ts";

/** One part of a view: what it holds, how old that is, or that it cannot be had now. */
export type Section<Data> =
  | { readonly status: "ok" | "stale"; readonly asOf: string; readonly data: Data }
  | { readonly status: "unavailable"; readonly retryAfterMs: number };

const RETRY_MS = 3000;

export function section<Data>(read: Reader<Data>): Reader<Section<Data>> {
  return (json) => {
    const part = record(json);
    if (part.status !== "ok" && part.status !== "stale") {
      return { status: "unavailable", retryAfterMs: maybe(whole)(part.retryAfterMs) ?? RETRY_MS };
    }
    return { status: part.status, asOf: text(part.asOf), data: read(part.data) };
  };
}
