import type { EventRow } from "../../actors/runtime/ports.ts";
import type { Queries } from "./queries.ts";

/** The part of a partition's journal that a statement takes a read model past. */
export interface Advance {
  readonly partition: number;
  /** The position that must be stored, or nothing is written for this partition. */
  readonly from: number;
  readonly to: number;
}

/** What is written at once: the rows that changed, and how far they now follow their partitions. */
export interface Writing<Row> {
  readonly rows: readonly Row[];
  readonly advances: readonly Advance[];
}

/**
 * Rows that follow from the journal. Every row belongs to one partition and depends on its events alone, in their order;
 * nothing else may enter it, so that a rebuild gives the same rows.
 */
export interface ReadModel<Row extends { readonly partition: number } = { readonly partition: number }> {
  /** Under this name its positions are stored. */
  readonly name: string;
  /** Which row an event changes; undefined: none. */
  keyOf(event: EventRow): string | undefined;
  rowKey(row: Row): string;
  /** The row after the event. Must not fail for any event the journal holds. */
  apply(row: Row | undefined, event: EventRow): Row | undefined;
  load(queries: Queries, keys: readonly string[]): Promise<readonly Row[]>;
  /** One statement; returns the partitions whose position was as expected, which alone are written. */
  save(queries: Queries, writing: Writing<Row>): Promise<readonly number[]>;
  /** One statement: the rows of these partitions are gone and their positions stand at 0. */
  clear(queries: Queries, partitions: readonly number[]): Promise<void>;
}
