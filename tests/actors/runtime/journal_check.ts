import { expect } from "@std/expect";
import type { EventRow } from "../../../actors/runtime/ports.ts";
import { idOf } from "../../../actors/runtime/address.ts";
import type { Address } from "../../../machines/decision.ts";
import type { RunningNode } from "./node.ts";
import { type Tally, type TallyEvent, tallyKind } from "./tally_kind.ts";
import type { World } from "./world.ts";

/** Positions and versions without a gap, and every resident bit for bit what its journal says (I3). */
export async function expectJournalsToHold(world: World, node: RunningNode): Promise<void> {
  const journals = await world.journals();
  for (const rows of journals) expect(rows.map(({ position }) => position)).toEqual(countTo(rows.length));

  for (const [address, rows] of Map.groupBy(journals.flat(), ({ address }): Address => address)) {
    expect(rows.map(({ version }) => version)).toEqual(countTo(rows.length));
    expect(rows.every(({ occurredAt }, index) => occurredAt >= (rows[index - 1]?.occurredAt ?? 0))).toBe(true);
    const id = idOf(address);
    const { cursor: _, ...shown } = await world.until(node.read(id));
    expect(JSON.stringify(shown)).toBe(JSON.stringify({ ...fold(id, rows), version: rows.length }));
  }
}

/** What a node told its followers: each partition's events in order, none left out, none twice. */
export function expectFollowersToHold(node: RunningNode): void {
  for (const rows of Map.groupBy(node.committed, ({ partition }) => partition).values()) {
    const first = rows[0]?.position ?? 0;
    expect(rows.map(({ position }) => position)).toEqual(countTo(rows.length).map((n) => first + n - 1));
  }
}

function fold(id: string, rows: readonly EventRow[]): Tally {
  return rows.reduce(
    (tally, { type, dataJson }) => tallyKind.evolve(tally, eventOf(type, dataJson)),
    tallyKind.initial(id),
  );
}

function eventOf(type: string, dataJson: string): TallyEvent {
  return JSON.parse(`{"type":${JSON.stringify(type)},${dataJson.slice(1)}`);
}

function countTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
