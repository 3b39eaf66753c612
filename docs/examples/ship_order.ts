/**
 * A warehouse that has packed an order: accepts it, says that it is ready, hands it to the carrier.
 *
 *     NATS_URL=nats://localhost:4222 VITRINE_TOKEN=… deno run -A docs/examples/ship_order.ts ord_… Post 1Z999
 *
 * The token's role is `service`. Where the server wants a login: `NATS_USER` and `NATS_PASSWORD`.
 */
import { connect, errors, headers, type NatsConnection } from "@nats-io/transport-node";

export interface Parcel {
  readonly orderId: string;
  readonly carrier: string;
  readonly trackingNumber: string;
}

interface Answer {
  readonly ok: boolean;
  readonly result?: { readonly status: string };
  readonly error?: { readonly code: string; readonly status: number; readonly currentStatus?: string };
}

const STEPS = ["accept", "ready", "ship"] as const;
const BEFORE: Readonly<Record<typeof STEPS[number], string>> = { accept: "PAID", ready: "ACCEPTED", ship: "READY" };
const TRIES = 30;

/**
 * Resolves once the order is with its carrier, also when it was before. Rejects when the shop says no: the order is not
 * paid, or there is none.
 */
export async function shipOrder(connection: NatsConnection, parcel: Parcel, token: string): Promise<void> {
  const { orderId, carrier, trackingNumber } = parcel;
  const status = await ask(connection, `vitrine.query.order.${orderId}`, { token });
  // Begins where an earlier run stopped.
  const first = STEPS.findIndex((step) => BEFORE[step] === status.result?.status);
  if (status.result?.status === "SHIPPED") return;
  if (first < 0) throw new Error(`Cannot ship "${orderId}": it is ${status.result?.status ?? status.error?.code}`);

  for (const step of STEPS.slice(first)) {
    const body = step === "ship" ? JSON.stringify({ carrier, trackingNumber }) : "{}";
    // The key names the wish, not the try: however often it is sent, it is done once and answered the same.
    const key = `${step}-${orderId}`;
    const answer = await ask(connection, `vitrine.cmd.order.${orderId}.${step}`, { token, body, key });
    if (!answer.ok) throw new Error(`Cannot ${step} "${orderId}": ${answer.error?.code}`);
  }
}

interface Question {
  readonly token: string;
  readonly body?: string;
  readonly key?: string;
}

/** Asks until there is an answer. No answer and 503 both mean "unknown": ask again, with the same key. */
async function ask(connection: NatsConnection, subject: string, { token, body = "", key }: Question): Promise<Answer> {
  const asked = headers();
  asked.set("Authorization", `Bearer ${token}`);
  if (key !== undefined) asked.set("Idempotency-Key", key);
  for (let tries = 1;; tries++) {
    try {
      const answer = (await connection.request(subject, body, { headers: asked, timeout: 5000 })).json<Answer>();
      const isLater = answer.error?.status === 503 || answer.error?.status === 429;
      if (!isLater || tries === TRIES) return answer;
    } catch (error) {
      const isUnknown = error instanceof errors.TimeoutError || error instanceof errors.RequestError;
      if (!isUnknown || tries === TRIES) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

if (import.meta.main) {
  const [orderId, carrier, trackingNumber] = Deno.args;
  const token = Deno.env.get("VITRINE_TOKEN");
  if (orderId === undefined || carrier === undefined || trackingNumber === undefined || token === undefined) {
    console.error("Which order, carrier and tracking number? And whose VITRINE_TOKEN?");
    Deno.exit(2);
  }
  const { NATS_URL: servers, NATS_USER: user = "warehouse", NATS_PASSWORD: pass } = Deno.env.toObject();
  // An inbox of its own, since replies hold what customers bought.
  const connection = await connect({ servers, user, pass, inboxPrefix: `_INBOX.${user}` });
  await shipOrder(connection, { orderId, carrier, trackingNumber }, token);
  await connection.drain();
  console.info(`${orderId} is with ${carrier}`);
}
