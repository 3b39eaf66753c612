/**
 * A map from text to JSON values that is itself plain JSON and never changes: `put` and `remove` return another map that
 * shares all but the path to the entry. Its shape follows from its entries alone, whatever was added and removed before,
 * so that a replayed state equals the resident one bit for bit.
 *
 * A trie over the key's hash: a node with few entries is a leaf, any other has 32 children.
 */
export type PersistentMap<Value> = Leaf<Value> | Branch<Value>;

export type Entry<Value> = readonly [key: string, value: Value];

interface Leaf<Value> {
  readonly size: number;
  /** Sorted by key. */
  readonly entries: readonly Entry<Value>[];
}

interface Branch<Value> {
  readonly size: number;
  /** By five bits of the hash, the lowest first; null: nothing there. */
  readonly children: readonly (PersistentMap<Value> | null)[];
}

const BITS = 5;
const FAN_OUT = 1 << BITS;
const LEAF_LIMIT = 64;
/** Past it the hash has no bits left: a leaf there may be larger. */
const DEEPEST = Math.floor(32 / BITS);

const EMPTY: Leaf<never> = { size: 0, entries: [] };

export function emptyMap(): PersistentMap<never> {
  return EMPTY;
}

export function mapOf<Value>(entries: Iterable<Entry<Value>>): PersistentMap<Value> {
  let map: PersistentMap<Value> = EMPTY;
  for (const [key, value] of entries) map = put(map, { key, value });
  return map;
}

export function get<Value>(map: PersistentMap<Value>, key: string): Value | undefined {
  let node: PersistentMap<Value> = map;
  for (let hash = hashOf(key); "children" in node; hash >>>= BITS) {
    const child: PersistentMap<Value> | null | undefined = node.children[hash & (FAN_OUT - 1)];
    if (child === null || child === undefined) return undefined;
    node = child;
  }
  return node.entries.find((entry) => entry[0] === key)?.[1];
}

export function has(map: PersistentMap<unknown>, key: string): boolean {
  return get(map, key) !== undefined;
}

/** The map with that entry, in place of the one it had under the key. */
export function put<Value>(
  map: PersistentMap<Value>,
  { key, value }: { readonly key: string; readonly value: Value },
): PersistentMap<Value> {
  return putAt(map, { entry: [key, value], hash: hashOf(key), depth: 0 });
}

/** The map without that key; the same map when it was not there. */
export function remove<Value>(map: PersistentMap<Value>, key: string): PersistentMap<Value> {
  return removeAt(map, { key, hash: hashOf(key) }) ?? EMPTY;
}

/** All entries: the same entries in the same order, whatever way the map was made. */
export function* entriesOf<Value>(map: PersistentMap<Value>): Generator<Entry<Value>> {
  if (!("children" in map)) {
    yield* map.entries;
    return;
  }
  for (const child of map.children) if (child !== null) yield* entriesOf(child);
}

interface Path {
  /** What is left of the key's hash. */
  readonly hash: number;
}

function putAt<Value>(
  node: PersistentMap<Value>,
  { entry, hash, depth }: Path & { readonly entry: Entry<Value>; readonly depth: number },
): PersistentMap<Value> {
  if (!("children" in node)) {
    const entries = withEntry(node.entries, entry);
    if (entries.length <= LEAF_LIMIT || depth === DEEPEST) return { size: entries.length, entries };
    return split(entries, depth);
  }
  const at = hash & (FAN_OUT - 1);
  const before = node.children[at] ?? EMPTY;
  const after = putAt(before, { entry, hash: hash >>> BITS, depth: depth + 1 });
  return { size: node.size - before.size + after.size, children: node.children.with(at, after) };
}

/** null: nothing is left. */
function removeAt<Value>(
  node: PersistentMap<Value>,
  { key, hash }: Path & { readonly key: string },
): PersistentMap<Value> | null {
  if (!("children" in node)) {
    const entries = node.entries.filter((entry) => entry[0] !== key);
    if (entries.length === node.entries.length) return node;
    return entries.length === 0 ? null : { size: entries.length, entries };
  }
  const at = hash & (FAN_OUT - 1);
  const before = node.children[at] ?? null;
  if (before === null) return node;

  const after = removeAt(before, { key, hash: hash >>> BITS });
  if (after === before) return node;

  const shrunk = { size: node.size - 1, children: node.children.with(at, after) };
  return shrunk.size > LEAF_LIMIT ? shrunk : { size: shrunk.size, entries: [...entriesOf(shrunk)].sort(byKey) };
}

function split<Value>(entries: readonly Entry<Value>[], depth: number): Branch<Value> {
  const children: (PersistentMap<Value> | null)[] = new Array(FAN_OUT).fill(null);
  for (const entry of entries) {
    const hash = hashOf(entry[0]) >>> (BITS * depth);
    const at = hash & (FAN_OUT - 1);
    children[at] = putAt(children[at] ?? EMPTY, { entry, hash: hash >>> BITS, depth: depth + 1 });
  }
  return { size: entries.length, children };
}

function withEntry<Value>(entries: readonly Entry<Value>[], entry: Entry<Value>): readonly Entry<Value>[] {
  const at = entries.findIndex((other) => other[0] >= entry[0]);
  if (at === -1) return [...entries, entry];
  return entries[at]?.[0] === entry[0] ? entries.with(at, entry) : entries.toSpliced(at, 0, entry);
}

function byKey(a: Entry<unknown>, b: Entry<unknown>): number {
  return a[0] < b[0] ? -1 : 1;
}

/** FNV-1a over the key's UTF-16 units, then mixed so that the low bits depend on all of them. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
