import type { Opening, Subscription } from "../runtime/actors.ts";
import type { Clock } from "../runtime/ports.ts";
import { type Cluster, ClusterError } from "./ports.ts";
import { actorError, type Attached, readAnswer, write } from "./wire.ts";

const GATHER_MS = 2;
const TOGETHER = 16;

interface Wanted {
  readonly subscription: Subscription;
  resolve(opening: Opening): void;
  reject(error: unknown): void;
}

/** Attaches to feeds of other nodes, several of a partition a message: after a death thousands come at once. */
export class AttachCalls {
  readonly #cluster: Pick<Cluster, "node" | "request">;
  readonly #clock: Clock;
  readonly #wanted = new Map<number, Wanted[]>();

  constructor({ cluster, clock }: { readonly cluster: Pick<Cluster, "node" | "request">; readonly clock: Clock }) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  attach(partition: number, subscription: Subscription, timeoutMs: number): Promise<Opening> {
    return new Promise((resolve, reject) => {
      const wanted = this.#wanted.get(partition);
      const mine = { subscription, resolve, reject };
      if (wanted !== undefined) return void wanted.push(mine);
      this.#wanted.set(partition, [mine]);
      this.#clock.after(GATHER_MS, () => this.#send(partition, timeoutMs));
    });
  }

  #send(partition: number, timeoutMs: number): void {
    const wanted = this.#wanted.get(partition) ?? [];
    this.#wanted.delete(partition);
    for (let at = 0; at < wanted.length; at += TOGETHER) {
      this.#sendSome(partition, { wanted: wanted.slice(at, at + TOGETHER), timeoutMs });
    }
  }

  async #sendSome(
    partition: number,
    { wanted, timeoutMs }: { readonly wanted: readonly Wanted[]; readonly timeoutMs: number },
  ): Promise<void> {
    const subscriptions = wanted.map(({ subscription }) => subscription);
    try {
      const body = write({ what: "attach", edge: this.#cluster.node, subscriptions });
      const answers = readAnswer("attach", await this.#cluster.request(partition, body, { timeoutMs }));
      for (const [index, one] of wanted.entries()) tell(one, answers[index]);
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }
}

function tell({ resolve, reject, subscription }: Wanted, attached: Attached | undefined): void {
  if (attached === undefined || "again" in attached) {
    return reject(new ClusterError("nobody", `Cannot attach to "${subscription.address}" yet: no room in the answer`));
  }
  if ("error" in attached) return reject(actorError(attached.error));
  resolve(attached.opening);
}
