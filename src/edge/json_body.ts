import type { Deadlines } from "./deadlines.ts";
import { EdgeError } from "./edge_error.ts";
import { parseJson } from "./strict_json.ts";

/** No body that this shop understands is larger. */
export const MAX_BODY_BYTES = 65_536;
const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/** The request's JSON, or undefined when it has no body. Never holds more than 64 KB, whatever the client announces. */
export async function readJson(request: Request, deadlines: Deadlines): Promise<unknown> {
  const { headers } = request;
  const announced = headers.get("content-length");
  if (announced === "0") return undefined;
  if (announced === null) return await readUnannounced(request, deadlines);
  if (Number(announced) > MAX_BODY_BYTES) throw new EdgeError("body_too_large");
  if (!isJson(headers)) throw new EdgeError("unsupported_media_type");
  return parseJson(await inTime(request.bytes(), deadlines));
}

/** Whether there is a body at all shows only when it is read. `request.body` makes a stream, which the others avoid. */
async function readUnannounced({ body, headers }: Request, deadlines: Deadlines): Promise<unknown> {
  if (body === null) return undefined;
  const bytes = await inTime(collect(body), deadlines);
  if (bytes.length === 0) return undefined;
  if (!isJson(headers)) throw new EdgeError("unsupported_media_type");
  return parseJson(bytes);
}

function inTime(reading: Promise<Uint8Array>, deadlines: Deadlines): Promise<Uint8Array> {
  return deadlines.within(reading, () => new EdgeError("body_timeout")).catch(unread);
}

function isJson(headers: Headers): boolean {
  const type = headers.get("content-type");
  if (type === null) return false;
  const encoding = headers.get("content-encoding");
  return (type === "application/json" || JSON_TYPE.test(type)) && (encoding === null || encoding === "identity");
}

/** Chunk by chunk, since nobody has said how many there will be. */
async function collect(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const bytes = new Uint8Array(MAX_BODY_BYTES);
  let length = 0;
  for await (const chunk of body) {
    if (length + chunk.length > MAX_BODY_BYTES) throw new EdgeError("body_too_large");
    bytes.set(chunk, length);
    length += chunk.length;
  }
  return bytes.subarray(0, length);
}

/** A client that goes away in mid-body is no defect of ours, and gets no answer anyway. */
function unread(error: unknown): never {
  throw error instanceof EdgeError ? error : new EdgeError("invalid_request", {}, { cause: error });
}
