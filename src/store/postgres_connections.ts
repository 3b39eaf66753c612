import type { Options, PendingQuery, Row, Sql, TransactionSql } from "postgres";
import postgres from "postgres";
import { StoreError } from "../../actors/runtime/errors.ts";
import { storeError } from "./postgres_errors.ts";
import { StartRefused } from "./start_refused.ts";

/** Where a PostgreSQL listens. */
export type PostgresTarget =
  | { readonly url: string }
  /** A Unix socket that speaks PostgreSQL's protocol and asks for no password. */
  | { readonly socketPath: string };

export interface ConnectionsOptions {
  readonly connections: number;
  /** Milliseconds after which a call has failed and its connections are given up. 10,000 when absent. */
  readonly limitMs?: number;
  /** Told when a call has passed its limit. */
  readonly onHung?: () => void;
}

const lingerSeconds = 5;

type Numbers = { readonly bigint: number };
export type Database = Sql<Numbers>;
export type Transaction = TransactionSql<Numbers>;

// Positions, versions and counts stay far below 2^53.
const bigint = { to: 20, from: [20], serialize: String, parse: Number };

/**
 * A few connections that come back by themselves after the server was away. Every call settles within its limit, and
 * fails as `StoreError`, unless its work throws `StartRefused`.
 */
export class PostgresConnections implements AsyncDisposable {
  /** Milliseconds after which a call has failed, and with it every other call of these connections. */
  readonly limitMs: number;
  readonly #target: PostgresTarget;
  readonly #connections: number;
  readonly #onHung: () => void;
  /** Until then calls may have waited for upkeep: their limits count from there. */
  #upkeptUntil = -Infinity;
  #sql: Database;

  constructor(target: PostgresTarget, { connections, limitMs = 10_000, onHung = () => {} }: ConnectionsOptions) {
    this.#target = target;
    this.#connections = connections;
    this.limitMs = limitMs;
    this.#onHung = onHung;
    this.#sql = this.#open();
  }

  /** Runs one statement. */
  run<Rows extends readonly Row[]>(statement: (sql: Database) => PendingQuery<Row[] & Rows>): Promise<Rows> {
    return this.#limited((sql) => statement(sql));
  }

  /** Runs several statements in a transaction: for migrations and housekeeping, never on the path of a command. */
  transaction<Result>(work: (sql: Transaction) => Promise<Result>, limitMs = this.limitMs): Promise<Result> {
    // The result goes round `begin`, which would unwrap an array of promises.
    return this.#limited(async (sql) => {
      let result: { readonly value: Result } | undefined;
      await sql.begin(async (inner) => {
        result = { value: await work(inner) };
      });
      if (result === undefined) throw new Error("Cannot finish a transaction: it never ran");
      return result.value;
    }, limitMs);
  }

  /**
   * Runs a statement that may take up to `mostMs` beyond the limit, and on an only connection keeps all others waiting: no
   * call has failed for that.
   */
  async upkeep(statement: (sql: Database) => PendingQuery<Row[]>, mostMs: number): Promise<void> {
    this.#upkeptUntil = performance.now() + mostMs;
    try {
      await this.run(statement);
    } finally {
      this.#upkeptUntil = performance.now();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sql.end({ timeout: 1 });
  }

  async #limited<Result>(work: (sql: Database) => PromiseLike<Result>, limitMs = this.limitMs): Promise<Result> {
    const sql = this.#sql;
    const limit = Promise.withResolvers<never>();
    // The driver knows no time limit: calls behind a dead connection would wait for ever.
    const hang = (): void => {
      const restMs = this.#upkeptUntil + limitMs - performance.now();
      if (restMs > 0) {
        timer = setTimeout(hang, Math.min(restMs, limitMs));
        return;
      }
      limit.reject(new StoreError("unknown", `Cannot wait for the database any longer: ${limitMs} ms have passed`));
      this.#giveUp(sql, 0);
      this.#onHung();
    };
    let timer = setTimeout(hang, limitMs);
    try {
      return await Promise.race([work(sql), limit.promise]);
    } catch (error) {
      if (error instanceof StartRefused) throw error;
      const failed = storeError(error);
      // The driver keeps the last words of a connection that was cut, and would fail the next statement with them, even
      // one that commits (porsager/postgres#1223). So what is left of these connections is not used again.
      if (failed.failure === "unknown") this.#giveUp(sql, lingerSeconds);
      throw failed;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Later calls get new connections; calls under way have this long to finish. */
  #giveUp(sql: Database, seconds: number): void {
    if (this.#sql !== sql) return;
    this.#sql = this.#open();
    sql.end({ timeout: seconds }).catch(() => {});
  }

  #open(): Database {
    const options: Options<{ readonly bigint: typeof bigint }> = {
      max: this.#connections,
      connect_timeout: 5,
      backoff: () => 0.05,
      max_lifetime: null,
      fetch_types: false,
      onnotice: () => {},
      connection: { application_name: "vitrine" },
      types: { bigint },
    };
    if ("url" in this.#target) return postgres(this.#target.url, options);
    return postgres({ ...options, path: this.#target.socketPath, username: "postgres", database: "postgres" });
  }
}
