import type { AcceptedAnswer, Actors, Answer, Ask } from "../../actors/runtime/actors.ts";
import { ActorError } from "../../actors/runtime/errors.ts";
import { pause } from "../../actors/runtime/pause.ts";
import type { Clock } from "../../actors/runtime/ports.ts";
import type { Address, Command, Principal } from "../../machines/decision.ts";

/** Importing acts on everybody's behalf: it overrides prices, and it is the staff that ships. */
export const IMPORTER: Principal = { sub: "importer", roles: ["service", "admin"], stores: [] };

/** The shop does not want what an invoice says. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(readonly reason: string, message: string) {
    super(message);
  }
}

export interface Wish {
  readonly to: Address;
  readonly command: Command;
  /** Unique among the commands to that address, and the same in every run. */
  readonly key: string;
  readonly correlationId: string;
}

export interface ShopDeskOptions {
  readonly actors: Pick<Actors, "ask" | "read" | "subscribe">;
  readonly clock: Clock;
}

const ASK_TIMEOUT_MS = 60_000;
const PATIENCE_MS = 120_000;
const FIRST_PAUSE_MS = 20;
const LAST_PAUSE_MS = 1_000;

/**
 * Where an import asks for things: the same door as everybody's. Asking again is safe, since every command has an id of
 * its own, so what could not be taken or answered is asked again for two minutes.
 */
export class ShopDesk {
  readonly #options: ShopDeskOptions;

  constructor(options: ShopDeskOptions) {
    this.#options = options;
  }

  /** Throws `Refusal` when the shop refuses. */
  async ask(wish: Wish): Promise<AcceptedAnswer> {
    const { to, command, key, correlationId } = wish;
    const commandId = `import:${key}`;
    const asked = {
      to,
      command,
      commandId,
      fresh: false,
      principal: IMPORTER,
      correlationId,
      timeoutMs: ASK_TIMEOUT_MS,
    };
    const answer = await this.#patiently(asked);
    if (answer.ok) return answer;
    const details = answer.details === undefined ? "" : ` ${JSON.stringify(answer.details)}`;
    throw new Refusal(answer.reason, `Cannot ${command.type} at "${to}": ${answer.reason}${details}`);
  }

  /** What the actor shows; undefined when there is none. */
  async read(address: Address): Promise<unknown> {
    try {
      return (await this.#options.actors.read({ address, principal: IMPORTER })).view;
    } catch (error) {
      if (error instanceof ActorError && error.code === "not_readable") return undefined;
      throw error;
    }
  }

  /** Resolves when `isThere` says so of a state or a frame of the actor's own feed; rejects after two minutes. */
  async until(
    address: Address,
    isThere: (seen: { readonly stateJson?: string; readonly frameJson?: string }) => boolean,
  ): Promise<void> {
    const { actors, clock } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (seen: { readonly stateJson?: string; readonly frameJson?: string }): void => {
      try {
        if (isThere(seen)) resolve();
      } catch (error) {
        reject(error);
      }
    };
    const stopWaiting = clock.after(PATIENCE_MS, () => reject(new Error(`Cannot wait for "${address}" any longer`)));
    const detach = await actors.subscribe({ address, feed: "owner", principal: IMPORTER }, {
      open: (opening) => look(opening.outcome === "resumed" ? {} : { stateJson: opening.stateJson }),
      deliver: ({ dataJson }) => look(dataJson === undefined ? {} : { frameJson: dataJson }),
      close: (code) => reject(new Error(`Cannot follow "${address}": ${code}`)),
    });
    try {
      await promise;
    } finally {
      stopWaiting();
      detach();
    }
  }

  async #patiently(ask: Ask): Promise<Answer> {
    const { actors, clock } = this.#options;
    const giveUpAt = clock.now() + PATIENCE_MS;
    for (let pauseMs = FIRST_PAUSE_MS;; pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS)) {
      try {
        return await actors.ask(ask);
      } catch (error) {
        if (!isPassing(error) || clock.now() > giveUpAt) throw error;
      }
      await pause(clock, pauseMs);
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof ActorError && !["message_failed", "not_readable", "too_large"].includes(error.code);
}
