import type { EventRow } from "../../actors/runtime/ports.ts";
import { subjectToken } from "../services/subject_token.ts";
import { type Envelope, PRODUCER } from "./envelope.ts";
import { tellings } from "./published_events.ts";

/** An event as it is sent. */
export interface OutgoingEvent {
  readonly eventId: string;
  readonly subject: string;
  /** JSON text of the envelope. */
  readonly body: string;
}

/** What a row's type says, whatever the machine. */
interface Told {
  readonly eventType: string;
  readonly schemaVersion: number;
  payload(fact: unknown, id: string): unknown;
}

/** Kinds whose ids are another kind's too: a stock item has its product's SKU, and a sequence of its own. */
const SHARING_IDS: ReadonlySet<string> = new Set(["stock"]);

const told: ReadonlyMap<string, ReadonlyMap<string, Told>> = new Map(
  Object.entries(tellings).map(([kind, facts]) => [
    kind,
    new Map(
      Object.entries(facts).map(([type, { event: { eventType }, payload }]) => {
        return [type, { eventType, schemaVersion: versionOf(eventType), payload }];
      }),
    ),
  ]),
);

/** Whether actors of this address's kind publish. */
export function isPublished({ address }: Pick<EventRow, "address">): boolean {
  return told.has(address.slice(0, address.indexOf("/")));
}

export function eventIdOf(
  incarnation: string,
  { partition, position }: Pick<EventRow, "partition" | "position">,
): string {
  return `${incarnation}-${partition}-${position}`;
}

/**
 * The published event of a row of the journal: pure, and the same at every call. Nothing is validated here.
 *
 * @throws on a type of fact that this version does not know. It must not be left out: sequences have no gaps.
 */
export function outgoingEvent(row: EventRow, incarnation: string): OutgoingEvent {
  const { address, type, version } = row;
  const separator = address.indexOf("/");
  const kind = address.slice(0, separator);
  const id = address.slice(separator + 1);
  const telling = told.get(kind)?.get(type);
  if (telling === undefined) throw new Error(`Cannot publish "${type}" of "${kind}": this version does not know it`);

  const { eventType, schemaVersion } = telling;
  const eventId = eventIdOf(incarnation, row);
  const envelope: Envelope = {
    eventId,
    eventType,
    occurredAt: new Date(row.occurredAt).toISOString(),
    producer: PRODUCER,
    traceId: row.traceparent === undefined ? null : row.traceparent.slice(3, 35),
    correlationId: row.correlationId,
    schemaVersion,
    partitionKey: SHARING_IDS.has(kind) ? address : id,
    sequence: version,
    payload: telling.payload(JSON.parse(row.dataJson), id),
  };
  return { eventId, subject: `${eventType}.${subjectToken(id)}`, body: JSON.stringify(envelope) };
}

function versionOf(eventType: string): number {
  return Number(eventType.slice(eventType.lastIndexOf(".v") + 2));
}
