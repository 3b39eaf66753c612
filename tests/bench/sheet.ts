import { Samples } from "./samples.ts";

/** Collects figures by name and prints median and spread of each. */
export class Sheet {
  readonly #rows = new Map<string, { readonly unit: string; readonly samples: Samples }>();

  add(what: string, { unit, value }: { readonly unit: string; readonly value: number }): void {
    const row = this.#rows.get(what) ?? { unit, samples: new Samples() };
    row.samples.add(value);
    this.#rows.set(what, row);
  }

  text(): string {
    const width = Math.max(...[...this.#rows.keys()].map((what) => what.length));
    const lines = [...this.#rows].map(([what, { unit, samples }]) => {
      const spread = samples.rounds > 1 && samples.median !== 0 ? `± ${Math.round(samples.spread * 100)} %` : "";
      return `${what.padEnd(width)}  ${shown(samples.median).padStart(9)} ${unit.padEnd(4)} ${spread}`.trimEnd();
    });
    return lines.join("\n");
  }
}

function shown(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en-GB");
  return value === 0 ? "0" : value.toPrecision(3);
}
