import type { NatsConnection } from "@nats-io/nats-core";
import type { Actors } from "../../actors/runtime/actors.ts";
import type { Clock, Ids, Log, Random, Store } from "../../actors/runtime/ports.ts";
import type { RunCommand } from "../edge/commands/run_command.ts";
import type { Identity } from "../edge/identity/identity.ts";
import { runMail } from "./mail_clerk.ts";
import { handleMail } from "./mail_handler.ts";
import { DEFAULT_MAIL_LIMITS, type MailLimits } from "./mail_limits.ts";
import { MailReader } from "./mail_reader.ts";
import { openRequestServices } from "./request_services.ts";
import type { ServiceMetrics } from "./service_metrics.ts";

export interface ServicesOptions {
  readonly nats: NatsConnection;
  /** Makes JetStream hold the stream of mail and its consumer. */
  readonly reconcile: () => Promise<void>;
  readonly runCommand: RunCommand;
  readonly identity: Pick<Identity, "verify" | "verifyAt">;
  readonly actors: Pick<Actors, "read">;
  readonly store: Pick<Store, "commit">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: ServiceMetrics;
  readonly mailLimits?: Partial<MailLimits>;
}

/**
 * Opens this node to other services over NATS: `vitrine.cmd` and `vitrine.query` by request and reply, `vitrine.mail` by
 * JetStream. Disposing takes nothing new, finishes what is in hand and hands back what is not begun; the actors must
 * still be there then.
 */
export function startServices(options: ServicesOptions): AsyncDisposable {
  const limits = { ...DEFAULT_MAIL_LIMITS, ...options.mailLimits };
  const opened = new AsyncDisposableStack();
  opened.use(openRequestServices(options));
  opened.use(
    new MailReader({
      ...options,
      limits,
      handle: (message) => handleMail(message, { ...options, limits, run: (mail) => runMail(mail, options) }),
    }),
  );
  return { [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
