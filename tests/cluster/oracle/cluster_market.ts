import { PostgresConnections } from "../../../src/store/postgres_connections.ts";
import { Api } from "../../system/client/api.ts";
import { ShopFloor } from "../../system/client/shop_floor.ts";
import { type Account, booksInDatabase } from "../../system/load/providers_books.ts";
import { MarketDay, type MarketOptions } from "../../system/load/market_day.ts";
import type { Cluster } from "../harness/cluster.ts";
import { collectEvidence, type Evidence } from "./evidence.ts";

export interface ClusterMarketOptions extends Partial<Omit<MarketOptions, "chance" | "keepsTranscripts">> {
  /** The nodes that customers know, asked every time; all of them when absent. */
  readonly urls?: () => readonly string[];
  /** How long an answer of a node may take before its client asks another one. */
  readonly answerMs?: number;
}

/** Before anybody disturbs anything, and after, a busy machine may take its time. */
const CALM_MS = 30_000;

const DEFAULTS = {
  customers: 8,
  wares: 6,
  transports: ["sse", "websocket"],
  paymentMethods: ["card", "invoice"],
  buys: false,
  restlessMs: 5000,
  thinksMs: 20,
  insistsMs: 120_000,
  patienceMs: 3000,
} as const;

interface MarketParts {
  readonly cluster: Cluster;
  readonly buys: boolean;
  readonly becomes: (when: "calm" | "busy") => void;
}

/** A market whose customers know all nodes and go to any of them, every time to another one. */
export class ClusterMarket {
  readonly day: MarketDay;
  readonly #cluster: Cluster;
  readonly #buys: boolean;
  readonly #becomes: (when: "calm" | "busy") => void;

  private constructor(day: MarketDay, { cluster, buys, becomes }: MarketParts) {
    this.day = day;
    this.#cluster = cluster;
    this.#buys = buys;
    this.#becomes = becomes;
    becomes("busy");
  }

  static async open(
    cluster: Cluster,
    { answerMs = 3000, urls = () => cluster.urls, ...options }: ClusterMarketOptions = {},
  ): Promise<ClusterMarket> {
    const { chance, services } = cluster;
    let patienceMs = CALM_MS;
    const api = new Api(() => chance.pick(urls()), { patienceMs: () => patienceMs });
    const shop = await ShopFloor.at(api, { books: () => readBooks(services.postgres.url()) });
    const market = { ...DEFAULTS, ...options, chance, keepsTranscripts: true };
    const becomes = (when: "calm" | "busy"): void => {
      patienceMs = when === "calm" ? CALM_MS : answerMs;
    };
    return new ClusterMarket(await MarketDay.open(shop, market), { cluster, buys: market.buys ?? true, becomes });
  }

  get acknowledged(): number {
    return this.day.customers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  }

  /** The market goes on: so many more commands are acknowledged. */
  async goesOn(commands: number, { withinMs = 60_000 }: { readonly withinMs?: number } = {}): Promise<void> {
    const goal = this.day.commands + commands;
    const what = () => `${goal} commands; ${this.day.commands} are done`;
    await this.#cluster.until(() => this.day.commands >= goal, { withinMs, what });
  }

  /** Everybody finishes what they are at; then what came of it all is collected. */
  async close(): Promise<Evidence> {
    await this.day.finish();
    this.#becomes("calm");
    // What is paid for goes on by itself for a while.
    if (this.#buys) await this.day.reckon();
    return await collectEvidence(this.day, { databaseUrl: this.#cluster.services.postgres.url() });
  }
}

async function readBooks(url: string): Promise<ReadonlyMap<string, Account>> {
  await using connections = new PostgresConnections({ url }, { connections: 1 });
  return await booksInDatabase(connections);
}
