import { openEmbeddedStore } from "../../src/store/embedded_store.ts";
import { silentLog } from "./silent_log.ts";
import { storeContract } from "./store_contract.ts";

storeContract("the embedded database", async () => {
  await using opening = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir({ prefix: "vitrine-store-" });
  opening.defer(() => Deno.remove(directory, { recursive: true }));
  const store = opening.use(await openEmbeddedStore(directory, { log: silentLog }));
  const opened = opening.move();
  return { store, [Symbol.asyncDispose]: () => opened.disposeAsync() };
});
