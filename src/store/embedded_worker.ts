import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import type { EmbeddedNews } from "./embedded_messages.ts";
import { EmbeddedOrder } from "./embedded_messages.ts";
import { openWatchedPGlite } from "./watched_pglite.ts";

/**
 * The embedded database's own thread: its WebAssembly runs one statement at a time and would stop everything else.
 *
 * It writes to the operating system before it answers, without `fsync`: what was answered survives the end of this
 * process, not a power loss.
 */
addEventListener("message", (event) => {
  if (!(event instanceof MessageEvent)) return;
  const [news] = event.ports;
  const order = EmbeddedOrder.parse(event.data);
  if (news !== undefined && order.type === "open") serve(order, news);
});

async function serve(
  { database, unfinished, socket }: Extract<EmbeddedOrder, { type: "open" }>,
  news: MessagePort,
): Promise<void> {
  const tell = (message: EmbeddedNews): void => news.postMessage(message);
  const onBroken = (reason: string): void => tell({ type: "broken", reason });
  try {
    if (!await exists(database)) await create(unfinished, database);
    const db = await openWatchedPGlite(database, onBroken);
    // One connection: several would share one session and tear each other's statements apart.
    const server = new PGLiteSocketServer({ db, path: socket, maxConnections: 1 });
    await server.start();
    news.onmessage = async () => {
      await server.stop();
      await db.close();
      tell({ type: "closed" });
    };
    tell({ type: "ready" });
  } catch (error) {
    onBroken(String(error));
  }
}

async function create(unfinished: string, database: string): Promise<void> {
  if (await exists(unfinished)) await Deno.remove(unfinished, { recursive: true });
  await Deno.mkdir(unfinished, { mode: 0o700 });
  const db = await PGlite.create({ dataDir: unfinished });
  await db.close();
  await Deno.rename(unfinished, database);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
