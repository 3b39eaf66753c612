import { openEmbeddedStore } from "../../src/store/embedded_store.ts";
import { fresh, Owner } from "./owner.ts";
import { silentLog } from "./silent_log.ts";

// Commits one event after the other to partition 0 of the database in the given directory, and prints the position of
// each once it is acknowledged. Runs until it is killed.
const [directory = ""] = Deno.args;
const store = await openEmbeddedStore(directory, { log: silentLog });
const owner = await Owner.of(store, 0);
for (;;) {
  const event = owner.event(`cart/${fresh(`run_${owner.taken.epoch}`)}`);
  await owner.commit({ events: [event], letters: [owner.letter(event.address, { id: `letter_${event.position}` })] });
  console.log(`acknowledged ${event.position}`);
}
