import { z } from "zod";
import { Envelope } from "./envelope.ts";
import type { PublishedEvent } from "./published_event.ts";
import { publishedEvents } from "./published_events.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The envelope with an event's own type, version and payload in it: what its consumers may parse with. */
export function envelopeOf({ eventType, payload }: PublishedEvent): z.ZodType {
  return Envelope.extend({
    eventType: z.literal(eventType),
    schemaVersion: z.literal(versionOf(eventType)),
    payload,
  });
}

/** JSON Schema of a whole event. Unknown properties are allowed: events only ever gain some. */
export function eventSchema(event: PublishedEvent, address = `/schemas/${event.eventType}`): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(envelopeOf(event), { io: "input", override: withoutNoise });
  return { $schema, $id: address, title: event.eventType, description: event.summary, ...schema };
}

/** By event type. */
export const eventSchemas: ReadonlyMap<string, JsonSchema> = new Map(
  publishedEvents.map((event) => [event.eventType, eventSchema(event)]),
);

/** That values are read-only here, and that whole numbers are exact, says nothing to a consumer. */
function withoutNoise({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  delete jsonSchema.readOnly;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

function versionOf(eventType: string): number {
  return Number(eventType.slice(eventType.lastIndexOf(".v") + 2));
}
