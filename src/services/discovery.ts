import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";
import type { EndpointCounter } from "./endpoint_counter.ts";
import { isAnswerable } from "./inbox.ts";
import type { ServiceName } from "./service_commands.ts";

/** Nodes share the work of an endpoint: each message goes to one of them. */
export const QUEUE = "vitrine";
/** Of the contract that the services keep. */
export const SERVICE_VERSION = "1.0.0";

export interface DescribedEndpoint {
  /** One token. */
  readonly name: string;
  readonly subject: string;
  /** Texts: what clients may know before they call. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly counter: EndpointCounter;
}

export interface DescribedService {
  readonly name: ServiceName;
  /** Of this node alone. */
  readonly id: string;
  readonly description: string;
  readonly endpoints: readonly DescribedEndpoint[];
  /** RFC 3339. */
  readonly started: string;
}

type Describe = (service: DescribedService) => Readonly<Record<string, unknown>>;

const VERBS: Readonly<Record<string, Describe>> = {
  PING: (service) => identity(service, "ping"),
  INFO: ({ description, endpoints, ...service }) => ({
    ...identity({ description, endpoints, ...service }, "info"),
    description,
    endpoints: endpoints.map(({ name, subject, metadata }) => ({ name, subject, metadata, queue_group: QUEUE })),
  }),
  STATS: (service) => ({
    ...identity(service, "stats"),
    started: service.started,
    endpoints: service.endpoints.map(({ name, subject, counter }) => ({
      name,
      subject,
      queue_group: QUEUE,
      ...counter.stats(),
    })),
  }),
};

/**
 * Answers NATS's service discovery for one service: `$SRV.PING`, `INFO` and `STATS`, asked of everybody, of a name or of
 * one instance (ADR-32 of NATS). Returns its subscriptions.
 */
export function discoverable(nats: Pick<NatsConnection, "subscribe">, service: DescribedService): Subscription[] {
  const { name, id } = service;
  return Object.entries(VERBS).flatMap(([verb, describe]) =>
    [`$SRV.${verb}`, `$SRV.${verb}.${name}`, `$SRV.${verb}.${name}.${id}`].map((subject) =>
      nats.subscribe(subject, { callback: (error, message) => void (error ?? answer(message, describe(service))) })
    )
  );
}

function answer(message: Msg, description: Readonly<Record<string, unknown>>): void {
  if (isAnswerable(message)) message.respond(JSON.stringify(description));
}

function identity({ name, id }: DescribedService, response: string): Readonly<Record<string, unknown>> {
  return { type: `io.nats.micro.v1.${response}_response`, name, id, version: SERVICE_VERSION, metadata: {} };
}
