import { LARGEST_MESSAGE_BYTES } from "../../actors/cluster/ports.ts";

/** What one message may hold at most. */
export const MAX_BODY_BYTES = LARGEST_MESSAGE_BYTES;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @throws RangeError when it is too large: whoever sends it has to split it. */
export function encodeBody(body: string): Uint8Array {
  const bytes = encoder.encode(body);
  if (bytes.length > MAX_BODY_BYTES) {
    throw new RangeError(
      `Cannot send ${bytes.length} bytes to another node: a message holds ${MAX_BODY_BYTES} at most`,
    );
  }
  return bytes;
}

/** Undefined when no node can have sent it. */
export function decodeBody(bytes: Uint8Array): string | undefined {
  if (bytes.length > MAX_BODY_BYTES) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
