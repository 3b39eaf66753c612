import type { Msg } from "@nats-io/nats-core";

/** A message that somebody left in `VITRINE_MAIL`. */
export interface Mail extends Pick<Msg, "subject" | "data" | "headers"> {
  /** Epoch milliseconds, on the clock of the NATS server that stored it. */
  readonly sentAt: number;
  /** Its place in the stream. */
  readonly sequence: number;
  /** How often it has been delivered, this time included. */
  readonly attempt: number;
}
