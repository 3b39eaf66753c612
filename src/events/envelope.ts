import { z } from "zod";

/** Who publishes: the same for every node. */
export const PRODUCER = "vitrine";

/** What stands around every published event. `payload` is described by the event's own type. */
export const Envelope = z.object({
  /** `<incarnation>-<partition>-<position>`: the same however often the event is published. */
  eventId: z.string().regex(/^[0-9A-Za-z-]+-\d+-\d+$/),
  eventType: z.string().regex(/^ecommerce(\.[a-z][a-z_]*){3}\.v\d+$/),
  occurredAt: z.iso.datetime({ precision: 3 }),
  producer: z.literal(PRODUCER),
  /** Of the W3C `traceparent` that the wish came with; null when it came without one. */
  traceId: z.string().regex(/^[0-9a-f]{32}$/).nullable(),
  correlationId: z.string(),
  /** The number behind `v` in `eventType`. */
  schemaVersion: z.int().min(1),
  /** The entity's id. */
  partitionKey: z.string().min(1),
  /** Counts the entity's events from 1, without gaps. */
  sequence: z.int().min(1),
  payload: z.unknown(),
});

export type Envelope = z.infer<typeof Envelope>;
