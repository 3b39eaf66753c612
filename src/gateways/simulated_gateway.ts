import type { Clock, Random } from "../../actors/runtime/ports.ts";
import type { GatewayCommand } from "../../machines/payment/messages.ts";
import { type GatewayAnswer, NoAnswer, type PaymentGateway } from "./payment_gateway.ts";
import { type Ledger, PaymentLedger } from "./payment_ledger.ts";

/**
 * How the provider meets a call that it has not met before.
 *
 * - `approve`: at once. `slow`: after a while. `decline`, `decline_capture`: says no to the authorisation, or the capture.
 * - `timeout_done`: does it and keeps silent. `timeout_lost`: never sees it. `timeout_late`: does it after the caller has
 *   given up.
 * - `twice`: does it and says so twice, the second time through `onSecondAnswer`.
 */
export type Behaviour =
  | "approve"
  | "slow"
  | "decline"
  | "decline_capture"
  | "timeout_done"
  | "timeout_lost"
  | "timeout_late"
  | "twice";

/** Methods that customers choose from; all others are for tests, and any unknown one is declined. */
export const PAYMENT_METHODS = ["card", "invoice"] as const;

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  card: "approve",
  invoice: "approve",
  test_slow: "slow",
  test_decline: "decline",
  test_decline_capture: "decline_capture",
  test_timeout_done: "timeout_done",
  test_timeout_lost: "timeout_lost",
  test_timeout_late: "timeout_late",
  test_twice: "twice",
};

const TROUBLED_LIMIT = 10_000;

/** What `test_random` does, by the roll of a die. */
const MOODS: readonly Behaviour[] = [
  "approve",
  "approve",
  "slow",
  "decline",
  "timeout_done",
  "timeout_lost",
  "timeout_late",
  "twice",
];

export interface SimulatedGatewayOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Its memory; of its own, and gone with the process, when absent. */
  readonly ledger?: Ledger;
  /** How long a slow call takes. */
  readonly slowMs?: number;
  /** How long a caller waits in vain. */
  readonly silenceMs?: number;
  /** Hears the answers that come twice. */
  readonly onSecondAnswer?: (command: GatewayCommand, answer: GatewayAnswer) => void;
}

/** A payment provider inside the process, as reliable as the payment method says. */
export class SimulatedGateway implements PaymentGateway {
  readonly ledger: Ledger;
  readonly #options: SimulatedGatewayOptions;
  readonly #behaviours = new Map<string, Behaviour>(Object.entries(BEHAVIOURS));
  /** Keys whose first call went wrong: the next one is met with good will. */
  readonly #troubled = new Set<string>();

  constructor(options: SimulatedGatewayOptions) {
    this.#options = options;
    this.ledger = options.ledger ?? new PaymentLedger();
  }

  /** Makes a payment method behave otherwise from now on. */
  behave(method: string, behaviour: Behaviour): void {
    this.#behaviours.set(method, behaviour);
  }

  async call(command: GatewayCommand, { signal }: { readonly signal: AbortSignal }): Promise<GatewayAnswer> {
    const { slowMs = 1_500, silenceMs = 2_000, onSecondAnswer } = this.#options;
    if (command.type === "query") return await this.ledger.perform(command);

    switch (this.#behaviourTo(command)) {
      case "approve":
        return await this.ledger.perform(command);
      case "slow":
        await this.#pause(slowMs, signal);
        return await this.ledger.perform(command);
      case "decline":
      case "decline_capture":
        return await this.ledger.perform(command, { refusal: "card_declined" });
      case "timeout_done":
        await this.ledger.perform(command);
        return await this.#silence(command, { silenceMs, signal });
      case "timeout_lost":
        return await this.#silence(command, { silenceMs, signal });
      case "timeout_late":
        this.#options.clock.after(2 * silenceMs, () => void this.#performUnheard(command));
        return await this.#silence(command, { silenceMs, signal });
      case "twice": {
        const answer = await this.ledger.perform(command);
        this.#options.clock.after(0, async () => {
          const second = await this.#performUnheard(command);
          if (second !== undefined) onSecondAnswer?.(command, second);
        });
        return answer;
      }
    }
  }

  /** Undefined when it could not be done, of which nobody hears. */
  async #performUnheard(command: GatewayCommand): Promise<GatewayAnswer | undefined> {
    try {
      return await this.ledger.perform(command);
    } catch {
      return undefined;
    }
  }

  #behaviourTo({ type, method, key }: GatewayCommand): Behaviour {
    const behaviour = method === "test_random" ? this.#mood() : this.#behaviours.get(method) ?? "decline";
    const isTheirs = behaviour === "decline" ? type === "authorise" : type === "capture";
    if (behaviour.startsWith("decline")) return isTheirs ? behaviour : "approve";
    if (!behaviour.startsWith("timeout")) return behaviour;
    if (this.#troubled.delete(key)) return "approve";
    if (this.#troubled.size >= TROUBLED_LIMIT) this.#troubled.clear();
    this.#troubled.add(key);
    return behaviour;
  }

  #mood(): Behaviour {
    return MOODS[Math.floor(this.#options.random() * MOODS.length)] ?? "approve";
  }

  async #silence(
    { key }: GatewayCommand,
    { silenceMs, signal }: { readonly silenceMs: number; readonly signal: AbortSignal },
  ): Promise<never> {
    await this.#pause(silenceMs, signal);
    throw new NoAnswer(key);
  }

  #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const callOff = this.#options.clock.after(delayMs, resolve);
      signal.addEventListener("abort", () => {
        callOff();
        reject(signal.reason);
      }, { once: true });
    });
  }
}
