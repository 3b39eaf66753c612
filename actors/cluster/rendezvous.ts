/**
 * The node that should own a partition: the one that draws the highest number for it. Every node computes the same from
 * the same names, and one that comes or goes moves only its own share. Undefined when there is nobody.
 */
export function wantedOwner(partition: number, nodes: Iterable<string>): string | undefined {
  let winner: string | undefined;
  let highest = -1;
  for (const node of nodes) {
    const drawn = draw(`${partition}/${node}`);
    if (drawn < highest || (drawn === highest && winner !== undefined && node > winner)) continue;
    winner = node;
    highest = drawn;
  }
  return winner;
}

/** FNV-1a with MurmurHash3's finish, since names differ in few characters: 0 to 2^32 - 1. */
function draw(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return (hash ^ hash >>> 16) >>> 0;
}
