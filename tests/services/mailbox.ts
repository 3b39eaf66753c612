import { jetstreamManager } from "@nats-io/jetstream";
import { MAIL_CONSUMER, MAIL_STREAM } from "../../src/cluster/jetstream_topology.ts";
import { admin } from "../edge/open_edge.ts";
import { until } from "../harness/until.ts";
import type { OpenServices } from "./open_services.ts";
import { warehouse } from "./open_services.ts";

export const RECEIVE = "vitrine.mail.stock.MUG.receive";
export const onePiece = { as: warehouse, json: { quantity: 1 } };

/** Nothing is waiting and nothing is in hand. */
export async function allDone({ client }: OpenServices): Promise<void> {
  const manager = await jetstreamManager(client);
  await until(async () => {
    const { state } = await manager.streams.info(MAIL_STREAM);
    const { num_ack_pending } = await manager.consumers.info(MAIL_STREAM, MAIL_CONSUMER);
    return state.messages === 0 && num_ack_pending === 0;
  }, { withinMs: 60_000, what: () => "all mail to be done" });
}

export async function deadLetters({ shop }: OpenServices): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { items } = await (await shop.edge.call("GET /api/v1/dead-letters", { as: admin })).json();
  return items;
}

export async function onHand({ shop }: OpenServices): Promise<unknown> {
  const { view } = await shop.actors.read({ address: "stock/MUG", principal: admin });
  return Object(view).onHand;
}
