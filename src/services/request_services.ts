import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";
import { pause } from "../../actors/runtime/pause.ts";
import type { Clock, Ids, Log } from "../../actors/runtime/ports.ts";
import { discoverable, QUEUE } from "./discovery.ts";
import { endpointsOf } from "./endpoints.ts";
import { type Answered, RequestDesk } from "./request_desk.ts";
import { type Answer, answerCommands, type AnswerDeps, answerQueries } from "./service_answers.ts";
import type { ServiceName } from "./service_commands.ts";
import type { ServiceMetrics } from "./service_metrics.ts";
import { COMMANDS, commandSubject, QUERIES, querySubject } from "./subjects.ts";

export interface RequestServicesOptions extends AnswerDeps {
  readonly nats: NatsConnection;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: ServiceMetrics;
}

const SERVICES: readonly (readonly [ServiceName, description: string])[] = [
  ["vitrine-cart", "Carts and checkouts"],
  ["vitrine-orders", "Orders and their payments"],
  ["vitrine-inventory", "Products and their stock"],
];
/** Of a name of its own: of overlapping subscriptions in one group only one would get a message. */
const STRAY_QUEUE = "vitrine-strays";
const DRAIN_MS = 3000;

interface Serving {
  readonly queue: string;
  readonly takes?: (subject: string) => boolean;
  readonly answer: Answer;
  readonly onAnswered: (answered: Answered) => void;
}

/** Answers what other services ask by request and reply. Disposed, it takes nothing new and answers what is in hand. */
export function openRequestServices(options: RequestServicesOptions): AsyncDisposable {
  const { nats, clock, ids, log, metrics } = options;
  const desk = new RequestDesk({ clock, ids, log });
  const answers = { command: answerCommands(options), query: answerQueries(options) };
  const subscriptions: Subscription[] = [];

  function serve(subject: string, { queue, takes = () => true, answer, onAnswered }: Serving): void {
    const callback = (error: Error | null, message: Msg): void => {
      if (error === null && takes(message.subject)) desk.take(message, { answer, onAnswered });
    };
    subscriptions.push(nats.subscribe(subject, { queue, callback }));
  }

  for (const [name, description] of SERVICES) {
    const endpoints = endpointsOf(name);
    for (const { subject, asks, counter } of endpoints) {
      const onAnswered = (answered: Answered): void => {
        counter.answered(answered);
        metrics.requestAnswered(name, answered.error);
      };
      serve(subject, { queue: QUEUE, answer: answers[asks], onAnswered });
    }
    const started = new Date(clock.now()).toISOString();
    subscriptions.push(...discoverable(nats, { name, id: ids(22), description, endpoints, started }));
  }

  // Whoever asks for what there is not is told so, instead of waiting for an answer.
  const stray = { queue: STRAY_QUEUE, onAnswered: ({ error }: Answered) => metrics.requestAnswered("none", error) };
  const noCommand = (subject: string): boolean => commandSubject(subject, COMMANDS) === undefined;
  const noQuery = (subject: string): boolean => querySubject(subject) === undefined;
  serve(`${COMMANDS}.>`, { ...stray, answer: answers.command, takes: noCommand });
  serve(`${QUERIES}.>`, { ...stray, answer: answers.query, takes: noQuery });
  for (const subscription of subscriptions) watch(subscription, log);

  return {
    async [Symbol.asyncDispose](): Promise<void> {
      // A server that does not answer delivers nothing either.
      const drained = Promise.allSettled(subscriptions.map((subscription) => subscription.drain()));
      await Promise.race([drained, pause(clock, DRAIN_MS)]);
      await desk.idle();
    },
  };
}

/** A subscription that ends by itself was not permitted: that part of the services is silent until somebody permits it. */
async function watch(subscription: Subscription, log: Log): Promise<void> {
  const ended = await subscription.closed;
  if (ended instanceof Error) {
    log.error("service_not_permitted", { subject: subscription.getSubject(), why: ended.message });
  }
}
