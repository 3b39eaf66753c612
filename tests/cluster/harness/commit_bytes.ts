/** PostgreSQL's message `Sync`: what was executed before it is committed. */
const SYNC = new Uint8Array([0x53, 0, 0, 0, 4]);
const FACT = new TextEncoder().encode("line_added");

/** Where `Sync` begins at the end of a commit of something added to a cart; undefined in any other bytes. */
export function beforeLastWord(bytes: Uint8Array): number | undefined {
  const place = bytes.length - SYNC.length;
  return place > 0 && holds(bytes, SYNC, place) && includes(bytes, FACT) ? place : undefined;
}

function includes(bytes: Uint8Array, wanted: Uint8Array): boolean {
  for (let at = bytes.indexOf(wanted[0] ?? 0); at !== -1; at = bytes.indexOf(wanted[0] ?? 0, at + 1)) {
    if (holds(bytes, wanted, at)) return true;
  }
  return false;
}

function holds(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  return wanted.every((byte, index) => bytes[at + index] === byte);
}
