/** Reads an answer into what the contract promises, or throws a `ShapeError`. */
export type Reader<Value> = (json: unknown) => Value;

/** An answer is not what the contract promises. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

export function record(json: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(json)) throw new ShapeError(`Cannot read "${String(json)}": it is no object`);
  return json;
}

export function text(json: unknown): string {
  if (typeof json !== "string") throw new ShapeError(`Cannot read "${String(json)}": it is no text`);
  return json;
}

export function whole(json: unknown): number {
  if (!Number.isSafeInteger(json)) throw new ShapeError(`Cannot read "${String(json)}": it is no whole number`);
  return Number(json);
}

export function list<Item>(read: Reader<Item>): Reader<readonly Item[]> {
  return (json) => {
    if (!Array.isArray(json)) throw new ShapeError(`Cannot read "${String(json)}": it is no list`);
    return json.map((item) => read(item));
  };
}

/** What is absent or null stays undefined. */
export function maybe<Value>(read: Reader<Value>): Reader<Value | undefined> {
  return (json) => json === undefined || json === null ? undefined : read(json);
}

export function parseJson(source: string): unknown {
  return JSON.parse(source);
}

function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
