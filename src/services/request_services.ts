import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";
import type { Clock, Ids, Log } from "../../actors/runtime/ports.ts";
import { type DescribedEndpoint, type DescribedService, discoverable, QUEUE } from "./discovery.ts";
import { EndpointCounter } from "./endpoint_counter.ts";
import { type Answered, RequestDesk } from "./request_desk.ts";
import { type Answer, answerCommands, type AnswerDeps, answerQueries } from "./service_answers.ts";
import { queriedKinds, serviceCommands, type ServiceName } from "./service_commands.ts";
import type { ServiceMetrics } from "./service_metrics.ts";
import { COMMANDS, commandSubject, QUERIES, querySubject } from "./subjects.ts";

export interface RequestServicesOptions extends AnswerDeps {
  readonly nats: NatsConnection;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: ServiceMetrics;
}

const DESCRIPTIONS: Readonly<Record<ServiceName, string>> = {
  "vitrine-cart": "Carts and checkouts",
  "vitrine-orders": "Orders and their payments",
  "vitrine-inventory": "Products and their stock",
};
/** Of a name of its own: of overlapping subscriptions in one group only one would get a message. */
const STRAY_QUEUE = "vitrine-strays";
const DRAIN_MS = 3000;
const NAMES: readonly ServiceName[] = ["vitrine-cart", "vitrine-orders", "vitrine-inventory"];

/** Answers what other services ask by request and reply, until it is disposed: then takes nothing new, and answers the rest. */
export function openRequestServices(options: RequestServicesOptions): AsyncDisposable {
  const { nats, clock, ids, log, metrics } = options;
  const desk = new RequestDesk({ clock, ids, log });
  const answers = { command: answerCommands(options), query: answerQueries(options) };
  const subscriptions: Subscription[] = [];

  function serve(subject: string, served: {
    readonly answer: Answer;
    readonly isStray?: (subject: string) => boolean;
    readonly onAnswered: (answered: Answered) => void;
  }): void {
    const { answer, isStray, onAnswered } = served;
    const callback = (error: Error | null, message: Msg): void => {
      if (error !== null || isStray?.(message.subject) === false) return;
      desk.take(message, { answer, onAnswered });
    };
    subscriptions.push(nats.subscribe(subject, { queue: isStray === undefined ? QUEUE : STRAY_QUEUE, callback }));
  }

  for (const service of NAMES) {
    const endpoints = endpointsOf(service);
    for (const { subject, counter } of endpoints) {
      const answer = subject.startsWith(`${COMMANDS}.`) ? answers.command : answers.query;
      serve(subject, {
        answer,
        onAnswered: (answered) => {
          counter.answered(answered);
          metrics.requestAnswered(service, answered.error);
        },
      });
    }
    subscriptions.push(...discoverable(nats, described(service, { endpoints, id: ids(22), now: clock.now() })));
  }

  // Whoever asks for what there is not is told so, instead of waiting for an answer.
  const onAnswered = ({ error }: Answered): void => metrics.requestAnswered("none", error);
  serve(`${COMMANDS}.>`, {
    answer: answers.command,
    isStray: (subject) => commandSubject(subject, COMMANDS) === undefined,
    onAnswered,
  });
  serve(`${QUERIES}.>`, {
    answer: answers.query,
    isStray: (subject) => querySubject(subject) === undefined,
    onAnswered,
  });
  for (const subscription of subscriptions) watch(subscription, log);

  return {
    async [Symbol.asyncDispose](): Promise<void> {
      // A server that does not answer delivers nothing either.
      const drained = Promise.allSettled(subscriptions.map((subscription) => subscription.drain()));
      await Promise.race([drained, new Promise<void>((resolve) => clock.after(DRAIN_MS, resolve))]);
      await desk.idle();
    },
  };
}

function endpointsOf(service: ServiceName): readonly DescribedEndpoint[] {
  const commands = serviceCommands.filter((served) => served.service === service).map((served): DescribedEndpoint => ({
    name: `${served.kind}-${served.command}`,
    subject: `${COMMANDS}.${served.kind}.*.${served.command}`,
    counter: new EndpointCounter(),
    metadata: {
      summary: served.summary,
      roles: served.roles.join(" "),
      schema: JSON.stringify(served.bodySchema),
      mail: String(served.mailed),
    },
  }));
  const queries = [...queriedKinds].filter(([, by]) => by === service).map(([kind]): DescribedEndpoint => ({
    name: `${kind}-state`,
    subject: `${QUERIES}.${kind}.*`,
    counter: new EndpointCounter(),
    metadata: { summary: `The current state of one ${kind}.` },
  }));
  return [...commands, ...queries];
}

function described(
  name: ServiceName,
  { endpoints, id, now }: {
    readonly endpoints: readonly DescribedEndpoint[];
    readonly id: string;
    readonly now: number;
  },
): DescribedService {
  return { name, id, description: DESCRIPTIONS[name], endpoints, started: new Date(now).toISOString() };
}

/** A subscription that ends by itself was not permitted: that part of the services is silent until somebody permits it. */
async function watch(subscription: Subscription, log: Log): Promise<void> {
  const ended = await subscription.closed;
  if (ended instanceof Error) {
    log.error("service_not_permitted", { subject: subscription.getSubject(), why: ended.message });
  }
}
