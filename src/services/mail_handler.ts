import type { JsMsg } from "@nats-io/jetstream";
import type { Clock, Log, Random, Store } from "../../actors/runtime/ports.ts";
import { MAIL_ACK_WAIT_MS } from "../cluster/jetstream_topology.ts";
import { buryMail, type Death } from "./dead_mail.ts";
import type { Mail } from "./mail.ts";
import type { Verdict } from "./mail_clerk.ts";
import { delayAfter, type MailLimits } from "./mail_limits.ts";
import type { ServiceMetrics } from "./service_metrics.ts";

export interface MailHandlerOptions {
  /** Never rejects. */
  readonly run: (mail: Mail) => Promise<Verdict>;
  readonly store: Pick<Store, "commit">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: ServiceMetrics;
  readonly limits: Pick<MailLimits, "attempts" | "firstDelayMs" | "longestDelayMs">;
}

/** Often enough that a late timer or a lost message does not matter. */
const WORKING_MS = MAIL_ACK_WAIT_MS / 4;

/**
 * Deals with one piece of mail: runs it, then tells JetStream. Done or refused is acknowledged; what cannot be decided
 * now comes again; what never can be is buried first, and then let go. Whatever is not acknowledged comes again by itself,
 * and is answered from its outcome. Never rejects.
 */
export async function handleMail(message: JsMsg, options: MailHandlerOptions): Promise<void> {
  const stop = keepWorking(message, options.clock);
  try {
    const mail = mailOf(message);
    const verdict = await options.run(mail);
    stop();
    await settle(message, { mail, verdict, options });
  } catch (error) {
    // The connection is closed, or this is a defect: it comes again either way.
    options.log.error("mail_not_settled", { subject: message.subject, error });
  } finally {
    stop();
  }
}

interface Settling {
  readonly mail: Mail;
  readonly verdict: Verdict;
  readonly options: MailHandlerOptions;
}

async function settle(message: JsMsg, { mail, verdict, options }: Settling): Promise<void> {
  const { log, metrics, limits, clock } = options;
  if (verdict.outcome === "done") {
    message.ack();
    return metrics.mailHandled("done");
  }

  const { outcome, problem, trace } = verdict;
  const about = { ...trace, subject: mail.subject, code: problem.code, attempt: mail.attempt };
  if (outcome === "refused") {
    log.info("mail_refused", about);
    message.ack();
    return metrics.mailHandled("refused");
  }
  if (outcome === "dead" || mail.attempt >= limits.attempts) {
    return await bury(message, { mail, death: { problem, trace, now: clock.now() }, options });
  }
  log.info("mail_put_off", about);
  putOff(message, { attempt: mail.attempt, options });
}

/** Only what is among the dead letters is let go. */
async function bury(message: JsMsg, { mail, death, options }: {
  readonly mail: Mail;
  readonly death: Death;
  readonly options: MailHandlerOptions;
}): Promise<void> {
  const { log, metrics, store } = options;
  const about = { ...death.trace, subject: mail.subject, code: death.problem.code, attempt: mail.attempt };
  try {
    await buryMail(mail, death, store);
  } catch (error) {
    log.warn("mail_not_buried", { ...about, error });
    return putOff(message, { attempt: mail.attempt, options });
  }
  log.warn("mail_is_dead", about);
  message.term();
  metrics.mailHandled("dead");
}

function putOff(message: JsMsg, { attempt, options }: {
  readonly attempt: number;
  readonly options: MailHandlerOptions;
}): void {
  const { metrics, random, limits } = options;
  message.nak(delayAfter(attempt, { chance: random(), limits }));
  metrics.mailHandled("later");
}

function mailOf(message: JsMsg): Mail {
  const { subject, data, info } = message;
  return {
    subject,
    data,
    // Decoded when it is looked at, where what cannot be decoded is expected.
    get headers(): Mail["headers"] {
      return message.headers;
    },
    sentAt: message.time.getTime(),
    sequence: info.streamSequence,
    attempt: info.deliveryCount,
  };
}

/** Says again and again that it is being worked on, until it is stopped. */
function keepWorking(message: JsMsg, clock: Clock): () => void {
  let cancel = (): void => {};
  const arm = (): void => {
    cancel = clock.after(WORKING_MS, () => {
      try {
        message.working();
      } catch {
        // The connection is closed: it comes again, to whoever is there then.
        return;
      }
      arm();
    });
  };
  arm();
  return () => cancel();
}
