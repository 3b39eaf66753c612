import type { ServiceName } from "./service_commands.ts";

/** What came of a piece of mail: done, refused by the rules, put off, or put aside as a dead letter. */
export type MailOutcome = "done" | "refused" | "later" | "dead";

/** What is counted about other services. */
export interface ServiceMetrics {
  /** A request was answered; `error` is the code of its problem. */
  requestAnswered(service: ServiceName | "none", error?: string): void;
  mailHandled(outcome: MailOutcome): void;
}
