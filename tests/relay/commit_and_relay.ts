import type { Address } from "../../machines/decision.ts";
import { openNats } from "../../src/cluster/nats_connection.ts";
import { reconcile } from "../../src/cluster/nats_reconcile.ts";
import { openJetStreamPublisher } from "../../src/relay/jetstream_publisher.ts";
import { startRelay } from "../../src/relay/start_relay.ts";
import { openPostgresStore } from "../../src/store/postgres_store.ts";
import { Owner } from "../store/owner.ts";
import { silentLog } from "../store/silent_log.ts";
import { REAL_TIME } from "./nats_node.ts";

// A node in small: commits events to four partitions, as many as it is told, and relays them. Says how many it has
// committed, and `published` whenever nothing is left.
const [databaseUrl = "", natsUrl = "", count = "0"] = Deno.args;
const PARTITIONS = [0, 1, 2, 3];
const BATCH = 16;

const store = await openPostgresStore(databaseUrl);
const owners = await Promise.all(PARTITIONS.map((partition) => Owner.of(store, partition)));
const connection = await openNats({ url: natsUrl }, { log: silentLog });
const topology = { replicas: 1, eventsMaxAgeMs: 86_400_000 };
await reconcile(connection, topology);
const relay = startRelay({
  store,
  queries: store.reads,
  publisher: await openJetStreamPublisher({
    connection,
    clock: REAL_TIME,
    reconcile: () => reconcile(connection, topology),
  }),
  clock: REAL_TIME,
  random: Math.random,
  log: silentLog,
  metrics: { published: () => {}, failed: () => {} },
});
relay.own(PARTITIONS);

for (let committed = 0; committed < Number(count);) {
  for (const owner of owners) {
    const events = Array.from({ length: BATCH }, (_, at) => {
      const address: Address = `stock/run${owner.taken.epoch}-${owner.partition}-e${at % 5}`;
      const dataJson = `{"quantity":1,"reason":"delivery","available":1}`;
      return owner.event(address, { type: "received", dataJson, occurredAt: Date.now() });
    });
    await owner.commit({ events });
    relay.wake(events);
    committed += events.length;
  }
  console.log(`committed ${committed}`);
}
setInterval(() => {
  if (relay.isPublishing && relay.lag === 0) console.log("published");
}, 50);
