import { EVENTS_STREAM } from "../cluster/jetstream_topology.ts";
import { eventSchema, type JsonSchema } from "./event_schemas.ts";
import type { PublishedEvent } from "./published_event.ts";
import { publishedEvents } from "./published_events.ts";
import { type Described, replySchemas, serviceChannels } from "./service_channels.ts";

type Json = Readonly<Record<string, unknown>>;

const ABOUT =
  `What Vitrine says and hears over NATS. Published events are kept by the JetStream stream ${EVENTS_STREAM}: at least ` +
  "once, each entity's in the order of `sequence`, which has no gaps; drop what is not above the last one seen.";

/** The reference of everything that crosses NATS, made from the definitions themselves: AsyncAPI 3.0. */
export function asyncApi(): Json {
  const described = [serviceChannels(), ...publishedEvents.map(published)];
  return {
    asyncapi: "3.0.0",
    info: { title: "Vitrine", version: "1", description: ABOUT },
    defaultContentType: "application/json",
    channels: Object.assign({}, ...described.map(({ channels }) => channels)),
    operations: Object.assign({}, ...described.map(({ operations }) => operations)),
    components: { schemas: { ...replySchemas, ...Object.fromEntries(publishedEvents.map(schemaOf)) } },
  };
}

function published(event: PublishedEvent): Described {
  const { eventType, summary, planned } = event;
  const key = keyOf(event);
  const description = planned ? `${summary} Planned: nothing publishes it yet, and it may change until then.` : summary;
  return {
    channels: {
      [key]: {
        address: `${eventType}.{key}`,
        description,
        parameters: {
          key: {
            description:
              "The entity's id (what follows the last `/` of `partitionKey`), every byte of its UTF-8 outside " +
              "`A-Z a-z 0-9 _ -` written as `=XX`, upper-case hex.",
          },
        },
        messages: {
          [key]: {
            name: eventType,
            headers: {
              type: "object",
              required: ["Nats-Msg-Id"],
              properties: { "Nats-Msg-Id": { type: "string", description: "The event's `eventId`." } },
            },
            payload: { $ref: `#/components/schemas/${key}` },
          },
        },
      },
    },
    operations: { [key]: { action: "send", channel: { $ref: `#/channels/${key}` }, summary: description } },
  };
}

function schemaOf(event: PublishedEvent): [string, JsonSchema] {
  // The format of AsyncAPI's schemas names no dialect, and their place is this document.
  const { $schema: _, $id: __, ...schema } = eventSchema(event);
  return [keyOf(event), schema];
}

/** Keys of AsyncAPI hold no dots where tools make names of them. */
function keyOf({ eventType }: PublishedEvent): string {
  return eventType.replaceAll(".", "_");
}
