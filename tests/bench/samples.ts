/** Figures of several rounds of the same thing. */
export class Samples {
  readonly #values: number[] = [];

  add(value: number): void {
    this.#values.push(value);
  }

  get median(): number {
    return percentile(this.#values, 50);
  }

  /** Half the distance between the best and the worst round, as a share of the median. */
  get spread(): number {
    if (this.#values.length < 2) return 0;
    return (Math.max(...this.#values) - Math.min(...this.#values)) / 2 / this.median;
  }

  get rounds(): number {
    return this.#values.length;
  }
}

/** The p-th percentile by nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * p / 100) - 1)] ?? NaN;
}
