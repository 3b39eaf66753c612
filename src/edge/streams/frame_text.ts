import type { Frame, Opening } from "../../../actors/runtime/actors.ts";

/** The first frame of a stream, whichever transport carries it. */
export interface FirstFrame {
  readonly outcome: Opening["outcome"];
  readonly cursor: string;
  /** JSON text: the cursor, the state unless the stream is resumed, the reason of a reset. */
  readonly dataJson: string;
  /** What the client missed, to follow at once. */
  readonly missed: readonly Frame[];
}

const NONE: readonly Frame[] = [];

/**
 * Writes a stream's first frame. One that resumes stands at the client's own cursor, not behind what follows it: a
 * client that is cut off after this frame alone must come back with the cursor it had.
 */
export function firstFrame(opening: Opening, after: string | undefined): FirstFrame {
  const { outcome } = opening;
  if (outcome === "resumed") {
    const cursor = after ?? opening.cursor;
    return { outcome, cursor, dataJson: `{"cursor":${JSON.stringify(cursor)}}`, missed: opening.frames };
  }
  const { cursor, stateJson } = opening;
  const reason = outcome === "reset" ? `"reason":"${opening.reason}",` : "";
  const dataJson = `{"cursor":${JSON.stringify(cursor)},${reason}"state":${stateJson}}`;
  return { outcome, cursor, dataJson, missed: NONE };
}

/** The last cursor that a client holds after an opening. */
export function cursorAfter(opening: Opening): string {
  return opening.outcome === "resumed" ? opening.frames.at(-1)?.cursor ?? opening.cursor : opening.cursor;
}
