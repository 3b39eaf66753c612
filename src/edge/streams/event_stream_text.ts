import type { Frame, Opening } from "../../../actors/runtime/actors.ts";
import { firstFrame } from "./frame_text.ts";

/** A comment: keeps proxies from cutting a quiet line, and shows the kernel a peer that is gone. */
export const HEARTBEAT = ":\n\n";

export const EVENT_STREAM_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/event-stream",
  // Proxies may neither keep, nor compress, nor gather what is sent piece by piece.
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
  "x-content-type-options": "nosniff",
};

/** How a stream begins. `retry` also takes back what an earlier `reconnect` has taught the browser. */
export function openingText(
  opening: Opening,
  { after, retryMs }: { readonly after: string | undefined; readonly retryMs: number },
): string {
  const { outcome, cursor, dataJson, missed } = firstFrame(opening, after);
  const first = `retry: ${retryMs}\nevent: ${outcome}\nid: ${cursor}\ndata: ${dataJson}\n\n`;
  return missed.length === 0 ? first : first + missed.map(frameText).join("");
}

/** An update is an unnamed event. A bare `id` moves the browser's cursor without an event. */
export function frameText({ cursor, dataJson }: Frame): string {
  return dataJson === undefined ? `id: ${cursor}\n\n` : `id: ${cursor}\ndata: ${dataJson}\n\n`;
}

/** Without an `id`, so that the cursor stays where it is. */
export function reconnectText(code: string, afterMs: number): string {
  return `event: reconnect\nretry: ${afterMs}\ndata: {"afterMs":${afterMs},"code":${JSON.stringify(code)}}\n\n`;
}
