import type { Actors } from "../../actors/runtime/actors.ts";
import type { Clock, Store } from "../../actors/runtime/ports.ts";
import type { Orders } from "../projections/order_listing.ts";
import type { Projector } from "../projections/projector.ts";
import type { SalesByDay } from "../projections/sales_by_day.ts";
import type { StockMovements } from "../projections/stock_movements.ts";
import type { ImportSums } from "./file_sums.ts";
import { replayGoods } from "./goods_replay.ts";
import type { InvoiceDocument } from "./invoice_documents.ts";
import { InvoiceReplay } from "./invoice_replay.ts";
import { stepsOf } from "./import_steps.ts";
import { readDocuments } from "./read_documents.ts";
import { ReturnMatcher } from "./return_matching.ts";
import { ShopBooks } from "./shop_books.ts";
import { ShopDesk } from "./shop_desk.ts";
import { ShopSums } from "./shop_sums.ts";
import type { Survey } from "./survey.ts";

/** What an import needs of a node. */
export interface ImportNode {
  readonly actors: Pick<Actors, "ask" | "read" | "subscribe">;
  readonly store: Pick<Store, "identity">;
  readonly clock: Clock;
  readonly orders: Orders;
  readonly sales: SalesByDay;
  readonly stockMovements: StockMovements;
  readonly projector: Pick<Projector, "allCaughtUp">;
}

/** Hears how far an import is. */
export interface ImportProgress {
  begin(phase: "goods" | "invoices", total: number): void;
  advance(): void;
  problem(problem: string): void;
}

export interface ImportOptions {
  readonly node: ImportNode;
  readonly storeId: string;
  readonly currency: string;
  readonly progress: ImportProgress;
  /** Ends the import after what is in hand; a later run goes on. */
  readonly signal: AbortSignal;
}

const DOCUMENTS_AT_ONCE = 200;

/**
 * Replays a surveyed file in the shop and returns what the shop's read models then say of the file's invoices.
 *
 * Everything it asks for has an id that follows from the invoice's number, and what the shop shows as done is not asked
 * for again: run twice, or killed and run again, it ends with the same figures.
 */
export async function importInvoices(survey: Survey, options: ImportOptions): Promise<ImportSums> {
  const { node, progress, signal, currency, storeId } = options;
  const { identity: { secret } } = node.store;
  await node.projector.allCaughtUp();

  const desk = new ShopDesk(node);
  const books = new ShopBooks({ ...node, secret });
  const sums = new ShopSums();
  progress.begin("goods", survey.goods.length);
  const { stockMovements } = node;
  const onDone = (): void => progress.advance();
  const prices = await replayGoods(survey.goods, {
    desk,
    stockMovements,
    currency,
    fingerprint: survey.fingerprint,
    onDone,
  });

  progress.begin("invoices", survey.documents);
  const replay = new InvoiceReplay({
    desk,
    books,
    sums,
    secret,
    storeId,
    currency,
    listMinorOf: (sku) => prices.get(sku),
    onProblem: (problem) => progress.problem(problem),
  });
  const names = new Map(survey.goods.map(({ sku, name }) => [sku, name]));
  const matcher = new ReturnMatcher(survey.returnable);
  const nameOf = (sku: string): string => names.get(sku) ?? sku;
  for await (const documents of inChunks(readDocuments(survey.source))) {
    if (signal.aborted) break;
    const chunk = documents.map((document) => stepsOf(document, { secret, matcher, nameOf }));
    await replay.take(chunk, onDone);
  }
  await replay.finished();
  signal.throwIfAborted();

  await node.projector.allCaughtUp();
  return sums.sums(books);
}

async function* inChunks(documents: AsyncIterable<InvoiceDocument>): AsyncGenerator<readonly InvoiceDocument[]> {
  let chunk: InvoiceDocument[] = [];
  for await (const document of documents) {
    chunk.push(document);
    if (chunk.length < DOCUMENTS_AT_ONCE) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
