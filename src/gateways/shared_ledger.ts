import type { GatewayCommand } from "../../machines/payment/messages.ts";
import type { PostgresConnections } from "../store/postgres_connections.ts";
import type { GatewayAnswer } from "./payment_gateway.ts";
import { type Ledger, PaymentLedger, type Performance } from "./payment_ledger.ts";

/** The simulated provider's books where several nodes call the same provider: a table, one payment at a time. */
export class SharedLedger implements Ledger {
  readonly #connections: Pick<PostgresConnections, "transaction">;

  constructor(connections: Pick<PostgresConnections, "transaction">) {
    this.#connections = connections;
  }

  perform(command: GatewayCommand, performance: Performance = {}): Promise<GatewayAnswer> {
    const { paymentId } = command;
    return this.#connections.transaction(async (sql) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${paymentId}, 0))`;
      const rows = await sql<{ readonly entry: string }[]>`
        select entry from simulated_payment where payment_id = ${paymentId} order by number
      `;
      const news: string[] = [];
      const ledger = new PaymentLedger({
        read: () => rows.map(({ entry }) => entry),
        append: (line) => void news.push(line),
      });
      const answer = ledger.perform(command, performance);
      for (const entry of news) {
        await sql`insert into simulated_payment (payment_id, entry) values (${paymentId}, ${entry})`;
      }
      return answer;
    });
  }
}
