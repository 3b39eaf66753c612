import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ProgressBar } from "../../src/import/progress_bar.ts";

function barOn(isTerminal: boolean): { readonly bar: ProgressBar; readonly written: string[]; pass(ms: number): void } {
  const written: string[] = [];
  let now = 0;
  const bar = new ProgressBar({ write: (text) => written.push(text), isTerminal, now: () => now });
  return { bar, written, pass: (ms) => now += ms };
}

describe("the progress of an import", () => {
  it("is a bar on a terminal, with problems above it", () => {
    const { bar, written, pass } = barOn(true);
    bar.begin("invoices", 4);
    for (let done = 0; done < 2; done++) {
      pass(1_000);
      bar.advance();
    }
    bar.problem("line 7 is broken");

    expect(written).toEqual([
      `\r\x1b[K[${"-".repeat(30)}] invoices 0/4 in 0.0 s`,
      `\r\x1b[K[########${"-".repeat(22)}] invoices 1/4 in 1.0 s`,
      `\r\x1b[K[${"#".repeat(15)}${"-".repeat(15)}] invoices 2/4 in 2.0 s`,
      "\r\x1b[Kline 7 is broken\n",
    ]);
  });

  it("is not drawn more often than anybody can see, but always at the end", () => {
    const { bar, written, pass } = barOn(true);
    bar.begin("invoices", 1_000);
    for (let done = 0; done < 1_000; done++) {
      pass(1);
      bar.advance();
    }

    expect(written.length).toBeLessThan(15);
    expect(written.at(-1)).toBe(`\r\x1b[K[${"#".repeat(30)}] invoices 1000/1000 in 1.0 s\n`);
  });

  it("is a few plain lines in a file", () => {
    const { bar, written } = barOn(false);
    bar.begin("goods", 25);
    for (let done = 0; done < 25; done++) bar.advance();

    expect(written).toHaveLength(9);
    expect(written.at(0)).toBe("products and stock 3/25 in 0.0 s\n");
    expect(written.at(-1)).toBe("products and stock 25/25 in 0.0 s\n");
  });
});
