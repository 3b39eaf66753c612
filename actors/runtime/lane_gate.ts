/** A lane, as the gate knows it. */
export interface Waiting {
  /** Actors that wait for a turn or a snapshot there. */
  readonly size: number;
  /** It may begin now. */
  wake(): void;
}

/**
 * Says when a lane may begin a batch. One beside another's commit costs the database a statement of its own, so it has to
 * be worth it: a small one waits, and every commit that ends lets the one in that has waited longest.
 */
export class LaneGate {
  readonly #actorsBesideOthers: number;
  /** In the order in which they came. Empty while nothing is under way and nobody is let in. */
  readonly #waiting = new Set<Waiting>();
  readonly #letIn = new Set<Waiting>();
  #underWay = 0;

  constructor(actorsBesideOthers: number) {
    this.#actorsBesideOthers = actorsBesideOthers;
  }

  /** Its batch is under way until what is returned is called, once or more. Undefined: it is woken when it is let in. */
  begin(lane: Waiting): (() => void) | undefined {
    const isAlone = this.#underWay === 0 && this.#letIn.size === 0;
    if (!this.#letIn.delete(lane) && !isAlone && lane.size < this.#actorsBesideOthers) {
      this.#waiting.add(lane);
      return undefined;
    }
    this.#waiting.delete(lane);
    this.#underWay++;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#underWay--;
      this.#letNextIn();
    };
  }

  /** It has nothing to do: whoever waits behind it need not. */
  passes(lane: Waiting): undefined {
    this.#waiting.delete(lane);
    if (this.#letIn.delete(lane)) this.#letNextIn();
  }

  #letNextIn(): void {
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#letIn.add(next);
    next.wake();
  }
}
