import { z } from "zod";
import { PostgresConnections } from "../../../src/store/postgres_connections.ts";
import { until } from "../../harness/until.ts";
import type { Answer } from "../../system/client/api.ts";
import { Cart, Changes } from "../../system/client/shapes_of_answers.ts";
import type { Shopper } from "../../system/client/shopper.ts";
import type { Transcript } from "../../system/client/transcript.ts";
import type { Acknowledged } from "../../system/load/busy_customer.ts";
import { Journal, type JournalRow } from "../../system/load/journal.ts";
import type { MarketDay } from "../../system/load/market_day.ts";

/** An open cart as the shop shows it in the end: pieces by SKU. */
export interface ShownCart {
  readonly customerId: string;
  readonly cartId: string;
  readonly pieces: Readonly<Record<string, number>>;
}

/** A customer's feed as the shop shows it in the end. */
export interface ShownFeed {
  readonly customerId: string;
  readonly cursor: string;
  readonly state: unknown;
}

/** What customers were promised, what their clients heard, what the shop shows in the end, and what is written. */
export interface Evidence {
  readonly acknowledged: readonly Acknowledged[];
  readonly transcripts: readonly Transcript[];
  readonly carts: readonly ShownCart[];
  readonly feeds: readonly ShownFeed[];
  readonly journal: readonly JournalRow[];
  readonly deadLetters: number;
}

export interface EvidenceOptions {
  readonly databaseUrl: string;
  /** How long clients may take to hear the last of it. */
  readonly withinMs?: number;
}

/**
 * Collects it all once nobody does anything any more. A client that never hears the last of it is not waited for beyond
 * `withinMs`: that is for the verdict to say.
 */
export async function collectEvidence(
  { customers, clients, transcripts }: MarketDay,
  { databaseUrl, withinMs = 30_000 }: EvidenceOptions,
): Promise<Evidence> {
  const shoppers = customers.map(({ shopper }) => shopper);
  const carts = await Promise.all(
    customers.filter(({ cartId }) => cartId !== "").map(({ shopper }) => shownCart(shopper)),
  );
  let feeds: readonly ShownFeed[] = [];
  const areUpToDate = async (): Promise<boolean> => {
    feeds = await Promise.all(shoppers.map(shownFeed));
    const cursors = new Map(feeds.map(({ customerId, cursor }) => [customerId, cursor]));
    return clients.every(({ follower, customerId }) => follower.cursor === cursors.get(customerId));
  };
  await until(areUpToDate, { withinMs, what: () => "clients to be up to date" }).catch(() => {});
  await Promise.all(clients.map((client) => client.stop()));

  await using connections = new PostgresConnections({ url: databaseUrl }, { connections: 1 });
  const journal = new Journal(connections);
  return {
    acknowledged: customers.flatMap((customer) => customer.acknowledged),
    transcripts,
    carts,
    feeds,
    journal: await journal.rows(),
    deadLetters: await journal.deadLetters(),
  };
}

async function shownCart({ api, token, customerId }: Shopper): Promise<ShownCart> {
  const { cartId, lines } = (await patiently(() => api.post("/api/carts", { token, body: {} }))).as(Cart);
  return { customerId, cartId, pieces: Object.fromEntries(lines.map(({ sku, quantity }) => [sku, quantity])) };
}

async function shownFeed({ api, token, customerId }: Shopper): Promise<ShownFeed> {
  const answer = await patiently(() => api.call("/api/changes?channel=customer", { token }));
  const { cursor, state }: z.infer<typeof Changes> = answer.as(Changes);
  return { customerId, cursor, state };
}

/** Asks again while a node is away or busy. */
async function patiently(ask: () => Promise<Answer>): Promise<Answer> {
  const answered = Promise.withResolvers<Answer>();
  let last = "";
  await until(async () => {
    try {
      const answer = await ask();
      last = `${answer.status} ${answer.text}`;
      if (answer.status === 503 || answer.status === 429) return false;
      answered.resolve(answer);
      return true;
    } catch (error) {
      last = String(error);
      return false;
    }
  }, { withinMs: 60_000, what: () => `an answer; the last was ${last}` });
  return await answered.promise;
}
