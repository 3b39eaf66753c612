import type { z } from "zod";
import type { Fact } from "../../machines/decision.ts";

/** `ecommerce.<context>.<entity>.<fact>.v<version>` */
export type EventType = `ecommerce.${string}.${string}.${string}.v${number}`;

/** A type of event that services may rely on. Once published it only ever gains optional properties. */
export interface PublishedEvent<Payload = unknown> {
  readonly eventType: EventType;
  /** When it is published: one sentence. */
  readonly summary: string;
  readonly payload: z.ZodType<Payload>;
  /** Defined, so that services can prepare for it; nothing publishes it yet. */
  readonly planned: boolean;
  /** A fact is told as this event. `tell` must not fail for any fact the journal holds. */
  from<Event extends Fact>(tell: (fact: Omit<Event, "type">, id: string) => Payload): Telling<Event>;
}

/** How a fact is told to services: which event, and what of the fact they may see. */
export interface Telling<Event extends Fact> {
  readonly event: PublishedEvent;
  payload(fact: Omit<Event, "type">, id: string): unknown;
}

/** How every fact of a machine is told. The compiler asks for the one that is missing. */
export type Tellings<Event extends Fact> = {
  readonly [Type in Event["type"]]: Telling<Extract<Event, { readonly type: Type }>>;
};

export function publishedEvent<Payload>(
  eventType: EventType,
  { summary, payload, planned = false }: {
    readonly summary: string;
    readonly payload: z.ZodType<Payload>;
    readonly planned?: boolean;
  },
): PublishedEvent<Payload> {
  const event: PublishedEvent<Payload> = {
    eventType,
    summary,
    payload,
    planned,
    from: (tell) => ({ event, payload: tell }),
  };
  return event;
}
