import { z } from "zod";
import { versionOf } from "../../system/client/follower.ts";
import type { JournalRow } from "../../system/load/journal.ts";
import type { Evidence } from "./evidence.ts";

const Added = z.looseObject({ lineId: z.string(), sku: z.string(), quantity: z.int() });
const Changed = z.looseObject({ lineId: z.string(), quantity: z.int() });
const Removed = z.looseObject({ lineId: z.string() });

/** Every partition's places and every actor's versions are there from 1 on, once each; nothing has died. */
export function judgeJournal({ journal, deadLetters }: Pick<Evidence, "journal" | "deadLetters">): readonly string[] {
  const places = grouped(journal, ({ partition }) => `partition ${partition}`);
  const versions = grouped(journal, ({ kind, id }) => `${kind}/${id}`);
  return [
    ...[...places].flatMap(([name, rows]) => gaps(name, rows.map(({ position }) => position))),
    ...[...versions].flatMap(([name, rows]) => gaps(name, rows.map(({ version }) => version))),
    ...(deadLetters === 0 ? [] : [`${deadLetters} dead letters`]),
  ];
}

/** What was acknowledged is written, once and as asked, where its cursor says; and nothing is that nobody asked for. */
export function judgePromises({ acknowledged, journal }: Pick<Evidence, "acknowledged" | "journal">): string[] {
  const complaints: string[] = [];
  const added = grouped(
    journal.filter(({ kind, type }) => kind === "cart" && type === "line_added"),
    ({ id, commandId }) => `${id} ${shownId(commandId)}`,
  );
  const feed = new Map(
    journal.filter(({ kind }) => kind === "customer").map((row) => [`${row.id} ${row.version}`, row]),
  );
  for (const { customerId, key, cartId, sku, quantity, cursor } of acknowledged) {
    const promise = `${quantity} × ${sku} in ${cartId} under ${key}`;
    const rows = added.get(`${cartId} ${key}`) ?? [];
    added.delete(`${cartId} ${key}`);
    if (rows.length !== 1) complaints.push(`${promise}: acknowledged, written ${rows.length} times`);
    for (const { data } of rows) {
      const written = Added.parse(JSON.parse(data));
      if (written.sku !== sku || written.quantity !== quantity) {
        complaints.push(`${promise}: written as ${written.quantity} × ${written.sku}`);
      }
    }
    const told = feed.get(`${customerId} ${versionOf(cursor)}`);
    if (told === undefined || shownId(told.commandId) !== key) {
      complaints.push(`${promise}: not in the feed at ${cursor}`);
    }
  }
  const asked = new Set(acknowledged.map(({ cartId }) => cartId));
  for (const [name, rows] of added) {
    if (rows.some(({ id }) => asked.has(id))) complaints.push(`${name}: written, never acknowledged`);
  }
  return complaints;
}

/** What the shop shows of a cart is what its journal comes to. */
export function judgeCarts({ carts, journal }: Pick<Evidence, "carts" | "journal">): readonly string[] {
  const journals = grouped(journal.filter(({ kind }) => kind === "cart"), ({ id }) => id);
  return carts.flatMap(({ cartId, pieces }) => {
    const written = piecesOf(journals.get(cartId) ?? []);
    const shown = new Map(Object.entries(pieces));
    return [...new Set([...written.keys(), ...shown.keys()])]
      .filter((sku) => written.get(sku) !== shown.get(sku))
      .map((sku) => `${cartId}: ${shown.get(sku) ?? 0} × ${sku} shown, ${written.get(sku) ?? 0} written`);
  });
}

function piecesOf(rows: readonly JournalRow[]): ReadonlyMap<string, number> {
  const lines = new Map<string, { readonly sku: string; readonly quantity: number }>();
  for (const { type, data } of rows.toSorted((one, other) => one.version - other.version)) {
    const fact: unknown = JSON.parse(data);
    if (type === "line_added") {
      const { lineId, sku, quantity } = Added.parse(fact);
      lines.set(lineId, { sku, quantity: quantity + (lines.get(lineId)?.quantity ?? 0) });
    } else if (type === "quantity_changed") {
      const { lineId, quantity } = Changed.parse(fact);
      const line = lines.get(lineId);
      if (line !== undefined) lines.set(lineId, { ...line, quantity });
    } else if (type === "line_removed") {
      lines.delete(Removed.parse(fact).lineId);
    }
  }
  const pieces = new Map<string, number>();
  for (const { sku, quantity } of lines.values()) pieces.set(sku, quantity + (pieces.get(sku) ?? 0));
  return pieces;
}

/** What a client knows a command by: what follows the scope. */
export function shownId(commandId: string): string {
  return commandId.slice(commandId.indexOf(":") + 1);
}

export function grouped<Item>(items: readonly Item[], nameOf: (item: Item) => string): Map<string, readonly Item[]> {
  return new Map([...Map.groupBy(items, nameOf)]);
}

function gaps(name: string, numbers: readonly number[]): readonly string[] {
  const sorted = numbers.toSorted((one, other) => one - other);
  const wrong = sorted.findIndex((number, index) => number !== index + 1);
  return wrong === -1 ? [] : [`${name}: ${sorted[wrong]} where ${wrong + 1} should be`];
}
