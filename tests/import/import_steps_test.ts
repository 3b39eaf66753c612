import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { isWellFormedId, partitionOf } from "../../actors/runtime/address.ts";
import { MAX_LINES, MAX_QUANTITY } from "../../machines/cart/messages.ts";
import { FileSums } from "../../src/import/file_sums.ts";
import type { ImportStep } from "../../src/import/import_steps.ts";
import { orderIdOf, stepsOf } from "../../src/import/import_steps.ts";
import type { Bytes } from "../../src/import/invoice_file.ts";
import { readFormat } from "../../src/import/invoice_file.ts";
import { readDocuments } from "../../src/import/read_documents.ts";
import { ReturnableLines, ReturnMatcher } from "../../src/import/return_matching.ts";
import { fileOf } from "./invoice_text.ts";

const secret = "5e".repeat(32);

interface Planned {
  readonly steps: readonly ImportStep[];
  readonly sums: ReturnType<FileSums["sums"]>;
}

async function plan(bytes: Bytes): Promise<Planned> {
  const source = { bytes, format: await readFormat(bytes) };
  const documents = await Array.fromAsync(readDocuments(source));
  const returnable = new ReturnableLines();
  const sums = new FileSums();
  for (const document of documents) {
    returnable.add(document);
    sums.add(document);
  }
  const matcher = new ReturnMatcher(returnable);
  const nameOf = (sku: string): string => `name of ${sku}`;
  return { steps: documents.flatMap((document) => stepsOf(document, { secret, matcher, nameOf })), sums: sums.sums() };
}

/** A file that is as untidy as the seed says. */
function untidyFile(seed: number): Bytes {
  let state = seed;
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor(state / 65_536) % below;
  };
  const prices = ["0", "0.001", "0.85", "2.555", "12", "1.995", "649.5"];
  const lines: string[] = [];
  for (let invoice = 1; invoice < 40; invoice++) {
    const customer = ["", "7.0", "8", "9"][random(4)];
    const isCredit = random(4) === 0;
    for (let line = random(12); line >= 0; line--) {
      const quantity = [1, 2, 6, 48, 12_000][random(5)] ?? 1;
      const code = ["A1000", "A1001", "A1002", "POST", "BANK CHARGES"][random(5)];
      const number = `${isCredit ? "C" : ""}${500_000 + invoice - (random(9) === 0 ? 3 : 0)}`;
      const sign = isCredit || random(15) === 0 ? "-" : "";
      lines.push(
        `${number},${code},X,${sign}${quantity},2010-12-0${1 + random(5)},${prices[random(7)]},${customer},UK`,
      );
    }
  }
  return fileOf(...lines);
}

function worth(steps: readonly ImportStep[], kind: "sale" | "credit"): number {
  return steps.flatMap((step) => step.kind === kind ? step.lines : [])
    .reduce((sum, { quantity, unitMinor }) => sum + quantity * unitMinor, 0);
}

describe("the steps of an import", () => {
  it("are worth what the file is worth, to the penny", async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { steps, sums } = await plan(untidyFile(seed));

      expect(worth(steps, "sale")).toBe(sums.salesMinor);
      expect(worth(steps, "credit")).toBe(sums.refundsMinor);
      expect(steps.filter(({ kind }) => kind === "write_off")).toHaveLength(sums.writeOffs);
    }
  });

  it("have keys of their own, the same in every run", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const keys = (await plan(untidyFile(seed))).steps.map(({ key }) => key);

      expect(new Set(keys).size).toBe(keys.length);
      expect((await plan(untidyFile(seed))).steps.map(({ key }) => key)).toEqual(keys);
    }
  });

  it("keep to what a cart may hold", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      for (const step of (await plan(untidyFile(seed))).steps) {
        if (step.kind !== "sale") continue;
        expect(step.lines.length).toBeLessThanOrEqual(MAX_LINES);
        for (const { quantity } of step.lines) expect(quantity).toBeLessThanOrEqual(MAX_QUANTITY);
      }
    }
  });

  it("give every try at a sale an order in the customer's partition", async () => {
    const { steps: [step] } = await plan(fileOf("1,A1000,X,1,2010-12-01,1,7,UK"));
    if (step?.kind !== "sale") throw new Error("no sale");
    const ids = [1, 2, 3].map((attempt) => orderIdOf(step, { secret, attempt }));

    expect(new Set(ids).size).toBe(3);
    for (const id of ids) {
      expect(isWellFormedId(id, "slot")).toBe(true);
      expect(partitionOf(`order/${id}`, 64)).toBe(partitionOf("customer/cus_7", 64));
    }
  });

  it("say why stock is written off, and on which line", async () => {
    const { steps } = await plan(fileOf("1,A1000,wet/rusty,-3,2010-12-01,0,,UK", "1,A1000,,-4,2010-12-01,0,,UK"));

    expect(steps).toEqual([
      expect.objectContaining({ sku: "A1000", quantity: 3, reason: "written off (wet/rusty): 1/1" }),
      expect.objectContaining({ sku: "A1000", quantity: 4, reason: "written off: 1/2" }),
    ]);
  });
});
