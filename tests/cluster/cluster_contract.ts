import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Cluster } from "../../actors/cluster/ports.ts";
import { until } from "../harness/until.ts";
import { answerWithFullCart } from "./full_cart.ts";
import { answered, failureOf, Listener, promptly, replying, silence } from "./listening.ts";

/** Nodes that tests can cut off and kill. */
export interface ClusterRig extends AsyncDisposable {
  /** A new node that has not joined; of another database than the others when `elsewhere`. */
  node(options?: { readonly elsewhere?: boolean }): Promise<Cluster>;
  /** It reaches nobody and nobody reaches it. */
  cut(node: Cluster): void;
  heal(node: Cluster): void;
  /** It dies without a word. */
  kill(node: Cluster): void;
}

const KIB = 1024;
const LARGEST_BODY = 512 * KIB;
const TOO_LARGE = "x".repeat(9 * KIB * KIB);
const PATIENT = { timeoutMs: 20_000 };

/** What every `Cluster` promises. Each test has nodes of its own. */
export function describeCluster(name: string, make: () => Promise<ClusterRig>): void {
  describe(name, () => {
    let rig: ClusterRig;
    let one: Cluster;
    let two: Cluster;

    beforeEach(async () => {
      rig = await make();
      [one, two] = await Promise.all([rig.node(), rig.node()]);
    });
    afterEach(() => rig[Symbol.asyncDispose]());

    async function joined(node: Cluster): Promise<Listener> {
      const heard = new Listener();
      await node.join(heard);
      return heard;
    }

    async function bothJoined(): Promise<readonly [Listener, Listener]> {
      return await Promise.all([joined(one), joined(two)]);
    }

    it("gives every node a name of its own", async () => {
      const three = await rig.node();
      expect(new Set([one.node, two.node, three.node]).size).toBe(3);
    });

    describe("a request", () => {
      it("is answered by whoever serves the partition", async () => {
        await bothJoined();
        two.serve(3, replying((body) => `three: ${body}`));
        two.serve(4, replying((body) => `four: ${body}`));
        expect(await answered(one, 3, "hello")).toBe("three: hello");
        expect(await answered(one, 4, "hello")).toBe("four: hello");
      });

      it("may be answered by the node that asks", async () => {
        await bothJoined();
        one.serve(3, replying((body) => `own ${body}`));
        expect(await answered(one, 3, "hello")).toBe("own hello");
      });

      it("fails at once when nobody serves the partition", async () => {
        await bothJoined();
        two.serve(3, replying((body) => body));
        expect(await answered(one, 3, "there")).toBe("there");
        expect(await failureOf(one.request(4, "hello", PATIENT))).toBe("nobody");
      });

      it("fails at once when the partition is not served any more", async () => {
        await bothJoined();
        const stop = two.serve(3, replying((body) => body));
        await answered(one, 3, "hello");
        stop();
        await until(async () => await failureOf(one.request(3, "hello", PATIENT)) === "nobody", {
          what: () => "partition 3 to be served by nobody",
        });
      });

      it("is lost when no answer comes in time", async () => {
        await bothJoined();
        const asked = Promise.withResolvers<void>();
        two.serve(3, replying((body) => body === "ready?" ? "ready" : (asked.resolve(), silence())));
        await answered(one, 3, "ready?");
        expect(await failureOf(one.request(3, "hello", { timeoutMs: 300 }))).toBe("lost");
        await asked.promise;
      });

      it("is lost when the node dies that was asked, and the next one finds nobody", async () => {
        await bothJoined();
        const asked = Promise.withResolvers<void>();
        two.serve(3, replying((body) => body === "ready?" ? "ready" : (asked.resolve(), silence())));
        await answered(one, 3, "ready?");
        const answer = failureOf(one.request(3, "hello", { timeoutMs: 2000 }));
        await asked.promise;
        rig.kill(two);
        expect(await answer).toBe("lost");
        await until(async () => await failureOf(one.request(3, "hello", { timeoutMs: 2000 })) === "nobody", {
          what: () => "partition 3 to be served by nobody",
        });
      });

      it("is answered by one of two that serve the partition, and by the other when that one has died", async () => {
        const three = await rig.node();
        await bothJoined();
        await joined(three);
        two.serve(3, replying(() => "two"));
        three.serve(3, replying(() => "three"));
        expect(["two", "three"]).toContain(await answered(one, 3, "who?"));
        rig.kill(two);
        await until(async () => await answered(one, 3, "who?") === "three", { what: () => "the third node to answer" });
      });

      it("carries any text of 512 KiB there and back", async () => {
        await bothJoined();
        const body = "…🛒\u0000\n".repeat(60_000).slice(0, 100_000);
        const full = body + "x".repeat(LARGEST_BODY - new TextEncoder().encode(body).length);
        two.serve(3, replying((text) => text));
        expect(await answered(one, 3, full) === full).toBe(true);
        expect(await answered(one, 3, "")).toBe("");
      });

      for (const letters of ["heavy", "dense"] as const) {
        it(`carries the largest cart that there can be, in ${letters} letters, there and back`, async () => {
          await bothJoined();
          const full = answerWithFullCart(letters);
          two.serve(3, replying((text) => text));
          expect(await answered(one, 3, full) === full).toBe(true);
        });
      }

      it("fails at once when it, or its answer, is too large for any message", async () => {
        await bothJoined();
        two.serve(3, replying((body) => body === "much" ? TOO_LARGE : body));
        await answered(one, 3, "ready?");
        expect(await failureOf(one.request(3, "much", PATIENT))).toBe("too_large");
        expect(await failureOf(one.request(3, TOO_LARGE, PATIENT))).toBe("too_large");
        expect(await answered(one, 3, "little")).toBe("little");
      });

      it("is told apart from a hundred others under way at once", async () => {
        await bothJoined();
        two.serve(3, replying((body) => `re: ${body}`));
        await answered(one, 3, "ready?");
        const bodies = Array.from({ length: 100 }, (_, index) => `number ${index}`);
        expect(await Promise.all(bodies.map((body) => one.request(3, body, PATIENT))))
          .toEqual(bodies.map((body) => `re: ${body}`));
      });
    });

    describe("what wants no answer", () => {
      it("reaches whoever serves the partition, in the order it was told", async () => {
        await bothJoined();
        const told: string[] = [];
        two.serve(3, { answer: (body) => Promise.resolve(body), tell: (body) => told.push(body) });
        await answered(one, 3, "ready?");
        const bodies = Array.from({ length: 200 }, (_, index) => `number ${index}`);
        for (const body of bodies) one.tell(3, body);
        one.tell(4, "to nobody");
        await until(() => told.length >= bodies.length, { what: () => `200 bodies, not ${told.length}` });
        expect(told).toEqual(bodies);
      });

      it("reaches one node alone, or all others, in the order it was sent", async () => {
        const three = await rig.node();
        const [heardByOne, heardByTwo] = await bothJoined();
        const heardByThree = await joined(three);
        const bodies = Array.from({ length: 100 }, (_, index) => `number ${index}`);
        for (const body of bodies) {
          one.send(two.node, `${body} to two`);
          one.announce(`${body} to all`);
        }
        one.send("nobodyatall", "to nobody");
        one.announce("last");
        const toAll = bodies.map((body) => `${body} to all`);
        await until(() => [heardByTwo, heardByThree].every(({ bodies }) => bodies.includes("last")), {
          what: () => "the last announcement",
        });
        expect(heardByTwo.bodies).toEqual(
          [...bodies.flatMap((body) => [`${body} to two`, `${body} to all`]), "last"],
        );
        expect(heardByThree.bodies).toEqual([...toAll, "last"]);
        expect(heardByOne.bodies).toEqual([]);
      });
    });

    describe("nodes of another database", () => {
      it("are neither asked, nor heard, nor seen", async () => {
        const stranger = await rig.node({ elsewhere: true });
        const [, heard] = await bothJoined();
        const strange = await joined(stranger);
        const alone = await rig.node();
        await joined(alone);
        two.serve(3, replying(() => "ours"));
        stranger.serve(3, replying(() => "theirs"));
        stranger.serve(4, replying(() => "theirs"));
        expect(await answered(stranger, 4, "ready?")).toBe("theirs");
        expect(await answered(one, 3, "who?")).toBe("ours");
        expect(await failureOf(one.request(4, "who?", PATIENT))).toBe("nobody");

        stranger.announce("strange");
        stranger.send(two.node, "strange");
        one.announce("ours");
        await until(() => heard.bodies.includes("ours"), { what: () => "the announcement" });
        expect([heard.bodies, strange.bodies]).toEqual([["ours"], []]);

        await promptly(async () => {
          await stranger.beat("strange");
          await two.beat("ours");
          expect([...await one.signs()]).toEqual([[two.node, "ours"]]);
          expect([...await stranger.signs()]).toEqual([[stranger.node, "strange"]]);
        });
      });
    });

    describe("a sign of life", () => {
      it("is seen by all as soon as it was given, and replaced by the next", async () => {
        await bothJoined();
        await promptly(async () => {
          await Promise.all([one.beat("one 1"), two.beat("two 1")]);
          for (const node of [one, two]) {
            expect(await node.signs()).toEqual(new Map([[one.node, "one 1"], [two.node, "two 1"]]));
          }
          await one.beat("one 2");
          expect((await two.signs()).get(one.node)).toBe("one 2");
        });
      });

      it("is gone as soon as it was taken back", async () => {
        await bothJoined();
        await promptly(async () => {
          await Promise.all([one.beat("one"), two.beat("two")]);
          await one.fade();
          expect([...(await two.signs()).keys()]).toEqual([two.node]);
        });
      });

      it("fades by itself", async () => {
        await bothJoined();
        await promptly(() => two.beat("two"));
        rig.kill(two);
        await until(async () => {
          let signs: ReadonlyMap<string, string> = new Map();
          await promptly(async () => {
            await one.beat("one");
            signs = await one.signs();
            expect(signs.get(one.node)).toBe("one");
          });
          return !signs.has(two.node);
        }, { what: () => "the dead node's sign to fade", withinMs: 20_000 });
      });

      it("stirs the others when it appears and when it is taken back", async () => {
        const [heard] = await bothJoined();
        await promptly(() => two.beat("two"));
        await until(() => heard.stirrings > 0, { what: () => "a hint that a node has appeared" });
        const before = heard.stirrings;
        await promptly(() => two.fade());
        await until(() => heard.stirrings > before, { what: () => "a hint that a node is leaving" });
      });
    });

    describe("a node that is cut off", () => {
      async function cutOff(): Promise<void> {
        rig.cut(two);
        await until(() => !two.connected, { what: () => "the node to notice that it is cut off" });
      }

      it("says so, and fails at once whatever it is asked to do", async () => {
        await bothJoined();
        one.serve(3, replying((body) => body));
        await answered(two, 3, "ready?");
        expect(two.connected).toBe(true);
        await cutOff();
        expect(one.connected).toBe(true);
        expect(await failureOf(two.request(3, "hello", PATIENT))).toBe("away");
        expect(await failureOf(two.beat("two"))).toBe("away");
        expect(await failureOf(two.signs())).toBe("away");
        expect(await failureOf(two.fade())).toBe("away");
      });

      it("comes back: it is told, serves again, and says nothing late", async () => {
        const [heardByOne, heardByTwo] = await bothJoined();
        two.serve(3, replying((body) => `two: ${body}`));
        await answered(one, 3, "ready?");
        await cutOff();
        two.announce("in vain");
        two.send(one.node, "in vain");
        expect(heardByTwo.reconnections).toBe(0);

        rig.heal(two);
        await until(() => heardByTwo.reconnections > 0, { what: () => "the node to be told that it is back" });
        expect(two.connected).toBe(true);
        expect(heardByOne.reconnections).toBe(0);
        expect(await answered(one, 3, "hello")).toBe("two: hello");
        await promptly(async () => {
          await two.beat("two");
          expect((await one.signs()).get(two.node)).toBe("two");
        });
        two.announce("back");
        await until(() => heardByOne.bodies.includes("back"), { what: () => "the announcement" });
        expect(heardByOne.bodies).toEqual(["back"]);
      });
    });
  });
}
