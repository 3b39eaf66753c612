/** Lets one loop sleep until somebody rings; a ring while it is awake is not lost. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  wait(): Promise<void> {
    if (this.#rung) {
      this.#rung = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#wake = (): void => {
        this.#wake = undefined;
        this.#rung = false;
        resolve();
      };
    });
  }
}
