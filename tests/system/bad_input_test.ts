import { after, before, describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { badBodiesAreRefused, everyAddressStandsNonsense } from "./bad_input/bad_bodies.ts";
import { badCursorsAreToldSo, foreignFeedsLookMissing } from "./bad_input/bad_cursors.ts";
import {
  brokenFramesEndTheSocket,
  floodsEndTheSocket,
  largeMessagesEndTheSocket,
  nonsenseOnASocketIsAnswered,
} from "./bad_input/bad_sockets.ts";
import { badTokensAreRefused, tokensExpire } from "./bad_input/bad_tokens.ts";
import {
  headerFloodsAreTurnedAway,
  idlersHoldNobodyUp,
  largeBodiesAreCutShort,
  nonsenseIsNoHttp,
  slowBodiesAreGivenUp,
} from "./bad_input/hostile_connections.ts";
import { it } from "./bounded.ts";
import { until } from "../harness/until.ts";
import { memoryOf } from "./client/memory_of.ts";
import { Shop } from "./client/shop.ts";

const WARM_UP = 5;
const ROUNDS = 15;
const FLAT_MB = 60;

describe("bad input", () => {
  let shop: Shop;
  before(async () => {
    shop = await Shop.open({ env: { BODY_TIMEOUT_MS: "1000" } });
  });
  after(async () => await shop[Symbol.asyncDispose]());

  it("of every kind in bodies is refused in the contract's words", () => badBodiesAreRefused(shop));
  it("at every address is a problem, never a failure", async () => {
    const requests = await everyAddressStandsNonsense(shop);
    console.info(`${requests} nonsensical requests`);
    expect(requests).toBeGreaterThan(500);
  });
  it("for tokens is let in nowhere", () => badTokensAreRefused(shop));
  it("that was a token a moment ago is none", () => tokensExpire(shop));
  it("for cursors is told so on every stream", () => badCursorsAreToldSo(shop));
  it("that names what is others' is told that there is nothing", () => foreignFeedsLookMissing(shop));
  it("that comes too slowly is given up", () => slowBodiesAreGivenUp(shop));
  it("that is too much is cut short", () => largeBodiesAreCutShort(shop));
  it("in headers is turned away", () => headerFloodsAreTurnedAway(shop));
  it("that is no HTTP is none of ours", () => nonsenseIsNoHttp(shop));
  it("that never ends holds nobody up", () => idlersHoldNobodyUp(shop));
  it("on a socket is answered", () => nonsenseOnASocketIsAnswered(shop));
  it("that floods a socket ends it", async () => {
    await largeMessagesEndTheSocket(shop);
    await floodsEndTheSocket(shop);
    await brokenFramesEndTheSocket(shop);
  });

  it("over and over leaves no trace: nothing grows, nothing is logged as a failure, all is well", async () => {
    const round = () =>
      Promise.all([
        badBodiesAreRefused(shop),
        badTokensAreRefused(shop),
        slowBodiesAreGivenUp(shop),
        largeBodiesAreCutShort(shop),
        headerFloodsAreTurnedAway(shop),
        nonsenseOnASocketIsAnswered(shop),
        floodsEndTheSocket(shop),
        idlersHoldNobodyUp(shop),
      ]);
    for (let rounds = 0; rounds < WARM_UP; rounds++) await round();
    const before = await memoryOf(shop.server.pid);
    for (let rounds = 0; rounds < ROUNDS; rounds++) await round();
    let after = before;
    await until(async () => {
      after = await memoryOf(shop.server.pid);
      return after.residentMb - before.residentMb < FLAT_MB;
    }, {
      everyMs: 500,
      what: () => `garbage to be let go: ${before.residentMb} MB before, ${after.residentMb} MB after`,
    });
    console.info(`${before.residentMb} MB before, ${after.residentMb} MB after, ${after.peakMb} MB at most`);
    expect(await shop.server.isReady()).toBe(true);
    expect(shop.server.output).not.toContain('"level":"error"');
  }, { withinMs: 180_000 });
});
