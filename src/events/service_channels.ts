import { PROBLEMS } from "../edge/problem.ts";
import { type QueriedKind, queriedKinds, type ServiceCommand, serviceCommands } from "../services/service_commands.ts";
import { COMMANDS, MAIL, QUERIES } from "../services/subjects.ts";
import type { JsonSchema } from "./event_schemas.ts";

type Json = Readonly<Record<string, unknown>>;

/** Channels and operations of an AsyncAPI document, by their keys. */
export interface Described {
  readonly channels: Readonly<Record<string, Json>>;
  readonly operations: Readonly<Record<string, Json>>;
}

const text = { type: "string" };
const visible = { type: "string", pattern: "^[!-~]{1,128}$" };

const sender = {
  Authorization: { ...text, description: "`Bearer` and a JWT, as with HTTP." },
  "Correlation-Id": { ...text, description: "Made when absent; comes back, and goes with all that follows." },
  traceparent: { ...text, description: "W3C trace context." },
};

const idParameter = {
  id: {
    description:
      "The actor's id. Every byte of its UTF-8 outside `A-Z a-z 0-9 _ -` is written as `=XX`, upper-case hex.",
  },
};

const REPLY = "reply";

/** `vitrine.cmd`, `vitrine.mail` and `vitrine.query`, as they are served. */
export function serviceChannels(): Described {
  const described = [
    ...serviceCommands.map(requested),
    ...serviceCommands.filter(({ mailed }) => mailed).map(posted),
    ...[...queriedKinds].map(queried),
  ];
  return {
    channels: Object.assign({ [REPLY]: replyChannel() }, ...described.map(({ channels }) => channels)),
    operations: Object.assign({}, ...described.map(({ operations }) => operations)),
  };
}

/** The schemas that replies lean on. */
export const replySchemas: Readonly<Record<string, JsonSchema>> = {
  Problem: {
    type: "object",
    description: "What a problem is by HTTP as well.",
    required: ["type", "title", "status", "code"],
    properties: {
      type: text,
      title: text,
      status: { type: "integer" },
      code: { enum: Object.keys(PROBLEMS) },
      retryAfterMs: { type: "integer" },
    },
  },
};

function requested(served: ServiceCommand): Described {
  const { kind, command, summary, roles, keyRequired } = served;
  const key = `cmd_${kind}_${command}`;
  return channelOf(key, {
    address: `${COMMANDS}.${kind}.{id}.${command}`,
    description: `${summary} Asked by request and reply, answered after the commit. Roles: ${roles.join(", ")}.`,
    message: {
      name: key,
      headers: headersOf({ "Idempotency-Key": visible, "If-Match": text }, keyRequired ? ["Idempotency-Key"] : []),
      payload: bodyOf(served),
    },
    reply: ["done", "refused"],
  });
}

function posted(served: ServiceCommand): Described {
  const { kind, command, summary, roles } = served;
  const key = `mail_${kind}_${command}`;
  return channelOf(key, {
    address: `${MAIL}.${kind}.{id}.${command}`,
    description: `${summary} Published to JetStream, processed later and once. Roles: ${roles.join(", ")}.`,
    message: {
      name: key,
      headers: headersOf({ "Nats-Msg-Id": visible, "If-Match": text }, ["Nats-Msg-Id"]),
      payload: bodyOf(served),
    },
  });
}

function queried([kind, { roles }]: readonly [string, QueriedKind]): Described {
  const key = `query_${kind}`;
  return channelOf(key, {
    address: `${QUERIES}.${kind}.{id}`,
    description: `The current state of one ${kind}, by request and reply. Roles: ${roles.join(", ")}.`,
    message: { name: key, headers: headersOf({}), payload: { description: "Not looked at." } },
    reply: ["done", "refused"],
  });
}

function channelOf(
  key: string,
  { address, description, message, reply }: {
    readonly address: string;
    readonly description: string;
    readonly message: Json;
    readonly reply?: readonly string[];
  },
): Described {
  const replies = reply?.map((name) => ({ $ref: `#/channels/${REPLY}/messages/${name}` }));
  return {
    channels: { [key]: { address, description, parameters: idParameter, messages: { [key]: message } } },
    operations: {
      [key]: {
        action: "receive",
        channel: { $ref: `#/channels/${key}` },
        summary: description,
        ...(replies !== undefined && { reply: { channel: { $ref: `#/channels/${REPLY}` }, messages: replies } }),
      },
    },
  };
}

/** Where NATS's clients take replies: an inbox of the asker's. */
function replyChannel(): Json {
  const headers = {
    "Correlation-Id": text,
    traceparent: text,
    "Idempotent-Replayed": { const: "true", description: "This is the stored answer of an earlier request." },
  };
  return {
    address: null,
    description: "The asker's inbox.",
    messages: {
      done: {
        name: "done",
        headers: { type: "object", properties: headers },
        payload: {
          type: "object",
          required: ["ok", "result", "version"],
          properties: {
            ok: { const: true },
            result: { description: "What the same request is answered by HTTP." },
            version: { type: "integer" },
            cursor: { ...text, description: "As in the body by HTTP; a state's: its place in the actor's own feed." },
            replayed: { type: "boolean" },
          },
        },
      },
      refused: {
        name: "refused",
        headers: {
          type: "object",
          properties: { ...headers, "Nats-Service-Error": text, "Nats-Service-Error-Code": text },
        },
        payload: {
          type: "object",
          required: ["ok", "error"],
          properties: {
            ok: { const: false },
            error: { $ref: "#/components/schemas/Problem" },
            replayed: { type: "boolean" },
          },
        },
      },
    },
  };
}

function headersOf(own: Json, required: readonly string[] = []): Json {
  return { type: "object", required: ["Authorization", ...required], properties: { ...sender, ...own } };
}

function bodyOf({ bodySchema }: ServiceCommand): Json {
  const { $schema: _, ...schema } = bodySchema;
  return schema;
}
