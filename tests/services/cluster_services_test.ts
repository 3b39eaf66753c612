import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, headers, type MsgHdrs, type NatsConnection } from "@nats-io/transport-node";
import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { MAIL_STREAM } from "../../src/cluster/jetstream_topology.ts";
import { type Cluster, withCluster } from "../cluster/harness/cluster.ts";
import { it } from "../system/bounded.ts";
import { Api } from "../system/client/api.ts";
import { tokenFor } from "../system/client/people.ts";

const LIMITS = { withinMs: 300_000 };
const SLOW = { withinMs: 120_000 };
const SKUS = Array.from({ length: 10 }, (_, index) => `SKU-${index}`);
const CALLERS = 4;
const PIECES = 100;
/** A node that was killed with a request in hand never answers: whoever asked repeats it. */
const ANSWER_MS = 3_000;

interface Gate {
  readonly cluster: Cluster;
  readonly nats: NatsConnection;
  readonly token: string;
}

describe("the services of a cluster", () => {
  it("do what they are asked once, while a node is killed and another one stops", async () => {
    await withCluster({}, async (cluster) => {
      const token = await tokenFor(new Api(cluster.urls[2] ?? ""), { sub: "gate", roles: ["service"] });
      const nats = await connect({ port: cluster.services.nats.port });
      const gate = { cluster, nats, token };
      try {
        const trouble = new AbortController();
        const asking = Array.from({ length: CALLERS }, (_, caller) => receive(gate, { caller, until: trouble.signal }));
        const mailing = leaveMail(gate);
        await cluster.kill(0);
        await cluster.start(0);
        expect(await cluster.stop(1)).toBe(0);
        await cluster.start(1);
        trouble.abort();

        const asked = (await Promise.all(asking)).reduce((sum, done) => sum + done, 0);
        await mailing;
        await cluster.until(() => isEmpty(gate), { ...SLOW, what: () => "all mail to be done" });
        const pieces = await Promise.all(SKUS.map((sku) => onHand(gate, sku)));
        expect(asked).toBeGreaterThan(CALLERS);
        expect(pieces.reduce((sum, count) => sum + count, 0)).toBe(asked + PIECES);
      } finally {
        await nats.close();
      }
    });
  }, LIMITS);
});

/** Delivers one piece after the other, each until it is answered; how many there were. */
async function receive(
  gate: Gate,
  { caller, until }: { readonly caller: number; readonly until: AbortSignal },
): Promise<number> {
  let done = 0;
  while (!until.aborted) {
    const key = `delivery-${caller}-${done}`;
    const sku = SKUS[done % SKUS.length] ?? "";
    await insist(gate, { subject: `vitrine.cmd.stock.${sku}.receive`, body: '{"quantity":1}', key });
    done++;
  }
  return done;
}

async function leaveMail({ nats, token }: Gate): Promise<void> {
  for (let piece = 0; piece < PIECES; piece++) {
    const made = signed(token);
    made.set("Nats-Msg-Id", `piece-${piece}`);
    const subject = `vitrine.mail.stock.${SKUS[piece % SKUS.length]}.receive`;
    await jetstream(nats).publish(subject, '{"quantity":1}', { headers: made, timeout: 30_000 });
  }
}

async function isEmpty({ nats }: Gate): Promise<boolean> {
  return (await (await jetstreamManager(nats)).streams.info(MAIL_STREAM)).state.messages === 0;
}

async function onHand(gate: Gate, sku: string): Promise<number> {
  const { onHand } = await insist(gate, { subject: `vitrine.query.stock.${sku}` });
  return Number(onHand);
}

/** The result, asked for until there is one: 503, 429 and no answer at all mean "unknown". */
async function insist(
  { cluster, nats, token }: Gate,
  { subject, body = "", key }: { readonly subject: string; readonly body?: string; readonly key?: string },
): Promise<Readonly<Record<string, unknown>>> {
  const made = signed(token);
  if (key !== undefined) made.set("Idempotency-Key", key);
  let result: Readonly<Record<string, unknown>> | undefined;
  await cluster.until(async () => {
    const message = await nats.request(subject, body, { headers: made, timeout: ANSWER_MS }).catch(() => undefined);
    const answer = Object(message?.json());
    if (answer.ok === true) result = answer.result;
    else if (answer.error !== undefined) expect([429, 503]).toContain(answer.error.status);
    return result !== undefined;
  }, { ...SLOW, what: () => `an answer to ${subject} under ${key}` });
  return result ?? {};
}

function signed(token: string): MsgHdrs {
  const made = headers();
  made.set("Authorization", `Bearer ${token}`);
  return made;
}
