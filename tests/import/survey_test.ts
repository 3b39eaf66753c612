import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { basename } from "node:path";
import type { BrokenLine } from "../../src/import/csv_records.ts";
import { surveyFile } from "../../src/import/survey.ts";
import { bytesOfFile, KNOWN_FILES } from "./invoice_files.ts";

for (const known of KNOWN_FILES) {
  describe(`the survey of ${basename(known.path)}`, () => {
    it("adds the file up to the figures that are known of it", async () => {
      const broken: BrokenLine[] = [];
      const aside: BrokenLine[] = [];
      const survey = await surveyFile(bytesOfFile(known.path), {
        broken: (line) => broken.push(line),
        aside: (line) => aside.push(line),
      });

      expect(survey.sums).toEqual(known.sums);
      expect(survey.documents).toBe(known.documents);
      expect(broken).toHaveLength(known.broken);
      expect(aside).toHaveLength(known.aside);
    });
  });
}
