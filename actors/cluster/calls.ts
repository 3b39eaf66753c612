import { ActorError } from "../runtime/errors.ts";
import type { Clock } from "../runtime/ports.ts";
import type { RunningActors } from "../runtime/running_actors.ts";
import type { Arrivals } from "./arrivals.ts";
import { type Cluster, ClusterError } from "./ports.ts";
import { type Answers, readAnswer, type Request, write } from "./wire.ts";

/** An owner that was frozen may come back, or have lost the answer: then the same is asked again. */
const ASK_AGAIN_MS = 2000;
/** A node that stays cut off for so long says so at once: another may be better off. */
const CUT_OFF_MS = 1500;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

export interface CallsOptions {
  readonly cluster: Cluster;
  readonly runtime: Pick<RunningActors, "owns">;
  readonly arrivals: Arrivals;
  readonly clock: Clock;
}

/** What is wanted of the owner of a partition, wherever it lives. */
export interface Call<Result> {
  /** For error texts: `ask`, `read`. */
  readonly what: string;
  readonly partition: number;
  readonly timeoutMs: number;
  /** When the owner is this node. Rejects `moved` when it is not any more. */
  here(leftMs: number): Promise<Result>;
  /** When it is another: rejects with `ClusterError`, or with what the owner says. */
  there(leftMs: number): Promise<Result>;
}

/**
 * Brings calls to the owner of their partition, and again to its next one: a move takes a moment, a death two seconds,
 * and neither is the caller's concern inside its deadline. So whatever is called must bear repeats.
 */
export class Calls {
  readonly #options: CallsOptions;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /** Rejects with `ActorError`: what the owner says, `too_large`, or when the time is up what `timeIsUp` says. */
  async reach<Result>({ what, partition, timeoutMs, here, there }: Call<Result>): Promise<Result> {
    const { clock, arrivals, runtime } = this.#options;
    const deadline = clock.now() + timeoutMs;
    let reachedSomebody = false;
    let cutOffSince: number | undefined;
    for (let pauseMs = FIRST_PAUSE_MS;; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const leftMs = deadline - clock.now();
      if (leftMs <= 0) throw timeIsUp(what, reachedSomebody);
      try {
        if (runtime.owns(partition)) return await here(leftMs);
        return await this.#thereOrElsewhere(partition, there(Math.min(leftMs, ASK_AGAIN_MS)));
      } catch (error) {
        if (isTooLarge(error)) throw new ActorError("too_large", "retry", error.message, { cause: error });
        if (!mayGoElsewhere(error)) throw error;
        if (!(error instanceof ClusterError) || error.failure === "lost") reachedSomebody = true;
        const isCutOff = error instanceof ClusterError && error.failure === "away";
        cutOffSince = isCutOff ? cutOffSince ?? clock.now() : undefined;
        if (cutOffSince !== undefined && clock.now() - cutOffSince >= CUT_OFF_MS) throw timeIsUp(what, reachedSomebody);
      }
      await arrivals.wait(partition, Math.min(pauseMs, Math.max(0, deadline - clock.now())));
    }
  }

  /** A former owner may never answer: when another takes over, that one is asked. */
  async #thereOrElsewhere<Result>(partition: number, answer: Promise<Result>): Promise<Result> {
    const arrival = this.#options.arrivals.next(partition);
    const elsewhere = arrival.happened.then(() => {
      throw new ClusterError("lost", `Cannot wait for partition ${partition}: it has moved`);
    });
    try {
      return await Promise.race([answer, elsewhere]);
    } finally {
      arrival.ignore();
    }
  }

  /** Sends a request to whoever serves the partition elsewhere. */
  async ask<What extends keyof Answers>(
    partition: number,
    { request, timeoutMs }: { readonly request: Request & { readonly what: What }; readonly timeoutMs: number },
  ): Promise<Answers[What]> {
    return readAnswer(request.what, await this.#options.cluster.request(partition, write(request), { timeoutMs }));
  }
}

function isTooLarge(error: unknown): error is ClusterError {
  return error instanceof ClusterError && error.failure === "too_large";
}

function mayGoElsewhere(error: unknown): boolean {
  return error instanceof ClusterError || (error instanceof ActorError && error.code === "moved");
}

function timeIsUp(what: string, reachedSomebody: boolean): ActorError {
  if (!reachedSomebody) return new ActorError("unavailable", "retry", `Cannot ${what}: nobody owns its partition now`);
  if (what !== "ask") return new ActorError("unavailable", "retry", `Cannot ${what}: nobody answered in time`);
  return new ActorError("outcome_unknown", "retry", `Cannot tell what came of it: ${what} again`);
}
