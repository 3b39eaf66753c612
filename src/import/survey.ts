import { createHash } from "node:crypto";
import type { ImportSums } from "./file_sums.ts";
import { FileSums } from "./file_sums.ts";
import type { Goods } from "./goods_survey.ts";
import { GoodsSurvey } from "./goods_survey.ts";
import type { Bytes } from "./invoice_file.ts";
import { readFormat } from "./invoice_file.ts";
import type { InvoiceSource, LineProblems } from "./read_documents.ts";
import { readDocuments } from "./read_documents.ts";
import { ReturnableLines } from "./return_matching.ts";

/** What has to be known of a file before the first of its invoices is replayed. */
export interface Survey {
  readonly source: InvoiceSource;
  readonly sums: ImportSums;
  readonly goods: readonly Goods[];
  readonly returnable: ReturnableLines;
  readonly documents: number;
  /** The same for the same content, whatever the file's name. */
  readonly fingerprint: string;
}

const FINGERPRINT_LENGTH = 12;

/** Reads a file from end to end once. Throws `InvoiceFileError` when it is none of invoices. */
export async function surveyFile(bytes: Bytes, problems: LineProblems): Promise<Survey> {
  const source = { bytes, format: await readFormat(bytes) };
  const hash = createHash("sha256");
  const sums = new FileSums();
  const goods = new GoodsSurvey();
  const returnable = new ReturnableLines();
  let documents = 0;
  for await (const document of readDocuments({ ...source, bytes: hashing }, problems)) {
    documents += 1;
    sums.add(document);
    goods.add(document);
    returnable.add(document);
  }
  const fingerprint = hash.digest("hex").slice(0, FINGERPRINT_LENGTH);
  return { source, sums: sums.sums(), goods: goods.goods(), returnable, documents, fingerprint };

  async function* hashing(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes()) {
      hash.update(chunk);
      yield chunk;
    }
  }
}
