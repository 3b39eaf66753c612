import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, headers, type NatsConnection } from "@nats-io/transport-node";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { MAIL_STREAM } from "../../src/cluster/jetstream_topology.ts";
import { startNats } from "../harness/nats.ts";
import { until } from "../harness/until.ts";
import { VitrineServer } from "../harness/vitrine_server.ts";

const KILLS = 3;
const PIECES = 100;
const SLOW = { withinMs: 120_000 };

describe("vitrine.mail", () => {
  it("has its effect once, though the process is killed again and again", async () => {
    await using nats = await startNats();
    await using server = await VitrineServer.start({ env: { NATS_URL: nats.url, VITRINE_ENV: "development" } });
    await using connection = await connectTo(nats.port);
    const token = await serviceToken(server);
    const before = await onHand(connection.nats, token);

    for (let kills = 0; kills < KILLS; kills++) {
      const doneBefore = await done(connection.nats);
      const sent = send(connection.nats, { token, from: kills * PIECES });
      await until(async () => await done(connection.nats) > doneBefore, { ...SLOW, what: () => "mail to be done" });
      await server.kill();
      await sent;
      await server.start();
    }
    const isDone = async (): Promise<boolean> => await done(connection.nats) === KILLS * PIECES;
    await until(isDone, { ...SLOW, what: () => `all mail to be done\n${server.output}` });
    expect(await onHand(connection.nats, token) - before).toBe(KILLS * PIECES);
  });
});

async function send(
  connection: NatsConnection,
  { token, from }: { readonly token: string; readonly from: number },
): Promise<void> {
  for (let piece = from; piece < from + PIECES; piece++) {
    const made = headers();
    made.set("Authorization", `Bearer ${token}`);
    made.set("Nats-Msg-Id", `piece-${piece}`);
    await jetstream(connection).publish("vitrine.mail.stock.MUG-OAT.receive", '{"quantity":1}', { headers: made });
  }
}

async function onHand(connection: NatsConnection, token: string): Promise<number> {
  const made = headers();
  made.set("Authorization", `Bearer ${token}`);
  let shown = Number.NaN;
  await until(async () => {
    const answer = await connection.request("vitrine.query.stock.MUG-OAT", "", { headers: made, timeout: 5000 }).catch(
      () => undefined,
    );
    const { result } = Object(answer?.json());
    shown = Number(Object(result).onHand);
    return !Number.isNaN(shown);
  }, { ...SLOW, what: () => "the stock to be shown" });
  return shown;
}

/** How many pieces have been sent and are gone from the stream. */
async function done(connection: NatsConnection): Promise<number> {
  const { state } = await (await jetstreamManager(connection)).streams.info(MAIL_STREAM);
  return state.last_seq - state.messages;
}

async function serviceToken(server: VitrineServer): Promise<string> {
  const response = await fetch(`${server.url}/dev/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sub: "goods-gate", roles: ["service"] }),
  });
  return (await response.json()).token;
}

async function connectTo(port: number): Promise<AsyncDisposable & { readonly nats: NatsConnection }> {
  const nats = await connect({ port });
  return { nats, [Symbol.asyncDispose]: () => nats.close() };
}
