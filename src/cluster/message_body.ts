import { gunzipSync, gzipSync } from "node:zlib";
import { ClusterError, LARGEST_BODY_BYTES, LARGEST_MESSAGE_BYTES } from "../../actors/cluster/ports.ts";

/** What a message weighs at most: NATS servers take 1 MiB unless they are told otherwise. */
export const MAX_MESSAGE_BYTES = 1_000_000;

/** So gzip begins, and no UTF-8 does. */
const PACKED = [0x1f, 0x8b] as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Packs what would be too large otherwise, and nothing else: nodes of before do not unpack.
 *
 * @throws ClusterError `too_large`: whoever sends it has to split it.
 */
export function encodeBody(body: string): Uint8Array {
  const bytes = encoder.encode(body);
  if (bytes.length <= LARGEST_MESSAGE_BYTES) return bytes;
  const packed = bytes.length <= LARGEST_BODY_BYTES ? gzipSync(bytes) : bytes;
  if (packed.length <= MAX_MESSAGE_BYTES) return packed;
  throw new ClusterError("too_large", `Cannot send ${bytes.length} bytes to another node: more than a message holds`);
}

/** Undefined when no node can have sent it. */
export function decodeBody(bytes: Uint8Array): string | undefined {
  const packed = isPacked(bytes);
  if (bytes.length > (packed ? MAX_MESSAGE_BYTES : LARGEST_MESSAGE_BYTES)) return undefined;
  try {
    return decoder.decode(packed ? gunzipSync(bytes, { maxOutputLength: LARGEST_BODY_BYTES }) : bytes);
  } catch {
    return undefined;
  }
}

function isPacked(bytes: Uint8Array): boolean {
  return PACKED.every((byte, index) => bytes[index] === byte);
}
