import { z } from "zod";
import { eventSchemas } from "../../src/events/event_schemas.ts";
import { publishedEvents } from "../../src/events/published_events.ts";
import { breaks } from "./compatibility.ts";

const FILE = new URL("../../docs/schemas/events.json", import.meta.url);

type Schemas = Readonly<Record<string, unknown>>;

/** The schemas as they were when somebody last agreed to a change. */
export function recordedSchemas(): Schemas {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(Deno.readTextFileSync(FILE)));
}

/** The schemas as the definitions have them now. */
export function presentSchemas(): Schemas {
  return Object.fromEntries([...eventSchemas].sort(([one], [other]) => one < other ? -1 : 1));
}

export function record(schemas: Schemas): void {
  Deno.writeTextFileSync(FILE, `${JSON.stringify(schemas, null, 2)}\n`);
}

/** What would break consumers between two sets of schemas; planned events may change, and go. */
export function breaksBetween(before: Schemas, now: Schemas): readonly string[] {
  const planned = new Set(publishedEvents.filter((event) => event.planned).map(({ eventType }) => `${eventType}`));
  return Object.entries(before).filter(([eventType]) => !planned.has(eventType)).flatMap(([eventType, schema]) => {
    if (!(eventType in now)) return [`${eventType}: is no longer published`];
    return breaks(schema, now[eventType]).map((sentence) => `${eventType}: ${sentence}`);
  });
}
