import { Counter, Gauge, type Registry } from "prom-client";

interface Tallied {
  readonly help: string;
  /** Asked when somebody reads the metrics. */
  readonly value: () => number;
}

/** Makes metrics of plain numbers that others add to: the hot path knows nothing of the registry. */
export function tallied(registry: Registry): {
  readonly counted: (name: string, tallied: Tallied) => void;
  readonly gauged: (name: string, tallied: Tallied) => void;
} {
  const registers = [registry];
  return {
    counted: (name, { help, value }) =>
      void new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(value());
        },
      }),
    gauged: (name, { help, value }) =>
      void new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      }),
  };
}
