/** A lane, as the gate knows it. */
export interface Waiting {
  /** Actors that wait for a turn or a snapshot there. */
  readonly size: number;
  /** It may begin now, or should look again. */
  wake(): void;
}

/**
 * Says when a lane may begin a batch. One beside another's commit costs the database a statement of its own, so it has to
 * be worth it; a small one waits until a commit ends, and then comes before whoever has just had its turn.
 */
export class LaneGate {
  readonly #besideOthers: number;
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiting>();
  #underWay = 0;

  constructor(besideOthers: number) {
    this.#besideOthers = besideOthers;
  }

  /** True: its batch is under way until `ended` is called. False: it is woken when it is its turn. */
  begins(lane: Waiting): boolean {
    const [first = lane] = this.#waiting;
    const mayBegin = this.#underWay === 0 ? first === lane : lane.size >= this.#besideOthers;
    if (mayBegin) {
      this.#waiting.delete(lane);
      this.#underWay++;
      return true;
    }
    this.#waiting.add(lane);
    if (this.#underWay === 0) first.wake();
    return false;
  }

  ended(): void {
    this.#underWay--;
    this.#wakeFirst();
  }

  /** It has nothing to do: whoever waits behind it need not. */
  passes(lane: Waiting): void {
    if (this.#waiting.delete(lane) && this.#underWay === 0) this.#wakeFirst();
  }

  #wakeFirst(): void {
    const [first] = this.#waiting;
    first?.wake();
  }
}
