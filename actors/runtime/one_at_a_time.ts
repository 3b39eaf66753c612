/** Runs a task one at a time. Whoever asks during a run gets another one after it, for whatever came meanwhile. */
export class OneAtATime<Result> {
  readonly #task: () => Promise<Result>;
  #running: Promise<Result> | undefined;
  #next: Promise<Result> | undefined;

  constructor(task: () => Promise<Result>) {
    this.#task = task;
  }

  run(): Promise<Result> {
    if (this.#running !== undefined) return this.#next ??= this.#running.then(() => this.run());
    this.#next = undefined;
    return this.#running = this.#task().finally(() => this.#running = undefined);
  }
}
