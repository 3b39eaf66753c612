import { asyncApi } from "../../events/asyncapi.ts";
import { eventSchemas } from "../../events/event_schemas.ts";
import { publishedEvents } from "../../events/published_events.ts";
import { answerText } from "../answers.ts";
import type { Door } from "../door.ts";
import { EdgeError } from "../edge_error.ts";
import { open, type Route } from "./route.ts";

/** What services may rely on over NATS, for their developers and their machines. Texts are made once. */
export function schemaRoutes({ door }: { readonly door: Door }): readonly Route[] {
  const list = JSON.stringify({
    items: publishedEvents.map(({ eventType, summary, planned }) => {
      return { eventType, summary, planned, schema: `/schemas/${eventType}` };
    }),
  });
  const texts = new Map([...eventSchemas].map(([eventType, schema]) => [eventType, JSON.stringify(schema)]));
  const reference = JSON.stringify(asyncApi());
  return [
    open(door, {
      method: "GET",
      path: "/schemas",
      summary: "Lists the types of published events.",
      handle: () => answerText(list),
    }),
    open(door, {
      method: "GET",
      path: "/schemas/:eventType",
      summary: "The JSON Schema of a type of published event.",
      handle(c): Response {
        const text = texts.get(c.req.param("eventType") ?? "");
        if (text === undefined) throw new EdgeError("not_found");
        return answerText(text);
      },
    }),
    open(door, {
      method: "GET",
      path: "/asyncapi.json",
      summary: "The reference of everything that crosses NATS.",
      handle: () => answerText(reference),
    }),
  ];
}
