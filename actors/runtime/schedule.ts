import type { Mail } from "./mail.ts";
import type { Resident } from "./resident.ts";

/** The ready residents that have mail, in turn. A hot actor fills what is left of a batch after everybody had a share. */
export class Schedule {
  #queue: Resident[] = [];

  add(resident: Resident): void {
    if (resident.scheduled || resident.phase !== "ready" || resident.mail.length === 0) return;
    resident.scheduled = true;
    this.#queue.push(resident);
  }

  get empty(): boolean {
    return this.size === 0;
  }

  get size(): number {
    return this.#queue.length;
  }

  /** Takes mail for one batch: at most `perActor` from each in a round, rounds until `limit` or nothing is left. */
  take({ limit, perActor }: { readonly limit: number; readonly perActor: number }): Mail[] {
    const mails: Mail[] = [];
    while (mails.length < limit && this.#queue.length > 0) {
      const round = this.#queue;
      const served: Resident[] = [];
      for (const resident of round) {
        if (mails.length === limit) break;
        const share = Math.min(perActor, limit - mails.length);
        for (let taken = 0; taken < share && resident.phase === "ready"; taken++) {
          const mail = resident.mail.shift();
          if (mail === undefined) break;
          resident.hadATurn = true;
          mails.push(mail);
        }
        served.push(resident);
      }
      // Whoever had no share comes first the next time, or a few hot actors would fill every batch.
      this.#queue = round.slice(served.length);
      for (const resident of served) {
        resident.scheduled = false;
        this.add(resident);
      }
    }
    return mails;
  }
}
