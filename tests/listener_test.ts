import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { PeerIsDead } from "../src/edge/streams/dead_peers.ts";
import { Listener } from "../src/listener.ts";
import { ManualClock } from "./edge/manual_clock.ts";

/** What is logged when a body fails whose head is out. */
async function loggedWhenBodyFails(error: Error): Promise<readonly string[]> {
  const logged: string[] = [];
  const log = { info() {}, warn() {}, error: (event: string) => void logged.push(event) };
  const begun = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>();
  const listener = new Listener({
    host: "127.0.0.1",
    port: 0,
    handler: () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new Uint8Array(1));
            begun.resolve(controller);
          },
        }),
      ),
    clock: new ManualClock(),
    log,
  });
  const response = await fetch(`http://127.0.0.1:${listener.port}/`);
  (await begun.promise).error(error);
  await expect(response.arrayBuffer()).rejects.toThrow();
  await listener.shutdown();
  return logged;
}

describe("a response that fails on its way", () => {
  it("is cut off and logged, unless it was to be, because nobody is there", async () => {
    expect(await loggedWhenBodyFails(new Error("broken"))).toEqual(["response_failed"]);
    expect(await loggedWhenBodyFails(new PeerIsDead())).toEqual([]);
  });
});
