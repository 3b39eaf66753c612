import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { DeadLetterRow } from "../../actors/runtime/dead_letter.ts";
import { NOTHING_WRITTEN } from "../../actors/runtime/open_batch.ts";
import { MemoryStore } from "../../src/store/memory_store.ts";
import { admin, ann, clerk, type OpenEdge, openEdge, problemIn } from "./open_edge.ts";

const LIST = "GET /api/v1/dead-letters";
const DIED_AT = Date.UTC(2026, 0, 1);

interface Morgue {
  readonly edge: OpenEdge;
  readonly store: MemoryStore;
}

/** A store with that many dead letters, `dl-1` the first. */
async function openMorgue(count: number): Promise<Morgue> {
  const store = new MemoryStore({ now: () => DIED_AT });
  const taken = await store.take([0], "tests");
  const deadLetters = Array.from({ length: count }, (_, index) => deadLetter(`dl-${index + 1}`));
  await store.commit({ ...NOTHING_WRITTEN, fences: taken, deadLetters });
  return { store, edge: await openEdge({ store }) };
}

function deadLetter(id: string): DeadLetterRow {
  return {
    id,
    address: "customer/gst_a",
    partition: 0,
    command: JSON.parse('{"type":"notify","notificationId":"n","title":"Hello Ann","body":"1 High Street"}'),
    principal: { sub: "ann@example.com", roles: ["customer"], stores: [] },
    correlationId: "click",
    error: "Error: boom",
    actorVersion: 3,
    attempts: 5,
    diedAt: DIED_AT,
  };
}

async function listed(edge: OpenEdge, query = ""): Promise<readonly string[]> {
  const { items } = await (await edge.call(`${LIST}${query}`, { as: admin })).json();
  return items.map(({ id }: { readonly id: string }) => id);
}

describe("dead letters", () => {
  it("are shown with what failed and why", async () => {
    const { edge } = await openMorgue(1);
    expect(await (await edge.call(LIST, { as: admin })).json()).toEqual({
      items: [{
        id: "dl-1",
        address: "customer/gst_a",
        command: "notify",
        correlationId: "click",
        error: "Error: boom",
        actorVersion: 3,
        attempts: 5,
        diedAt: "2026-01-01T00:00:00.000Z",
      }],
      next: null,
    });
  });

  it("never show what was said, nor by whom", async () => {
    const { edge } = await openMorgue(1);
    const answers = [LIST, "POST /api/v1/dead-letters/dl-1/discard"].map((route) => edge.call(route, { as: admin }));
    for (const answer of answers) expect(await (await answer).text()).not.toMatch(/Ann|Street|example\.com/);
    expect(JSON.stringify(edge.lines)).not.toMatch(/Ann|Street|example\.com/);
  });

  it("come page by page", async () => {
    const { edge } = await openMorgue(5);
    const seen: string[] = [];
    for (let query = "?limit=2"; query !== "";) {
      const { items, next } = await (await edge.call(`${LIST}${query}`, { as: admin })).json();
      seen.push(...items.map(({ id }: { readonly id: string }) => id));
      query = next === null ? "" : `?limit=2&after=${next}`;
    }
    expect(seen).toEqual(["dl-1", "dl-2", "dl-3", "dl-4", "dl-5"]);
    for (const query of ["?after=nonsense", "?after=12.abcdefgh", "?limit=0"]) {
      const refused = await edge.call(`${LIST}${query}`, { as: admin });
      expect(await problemIn(refused)).toEqual({ status: 400, code: "invalid_request" });
    }
  });

  it("become letters again by a retry, due at once and with all their attempts", async () => {
    const { edge, store } = await openMorgue(2);
    const retried = await edge.call("POST /api/v1/dead-letters/dl-1/retry", { as: admin });
    expect(await retried.json()).toMatchObject({ id: "dl-1", taken: "retry" });
    expect(await listed(edge)).toEqual(["dl-2"]);
    expect(await store.letters([0], { dueBefore: DIED_AT + 1, limit: 9 })).toMatchObject([
      { id: "dl-1", to: "customer/gst_a", command: { type: "notify" }, attempts: 0 },
    ]);
  });

  it("that came by mail are sent again by their senders, not from here", async () => {
    const { edge, store } = await openMorgue(0);
    const dead = { ...deadLetter("mail_1767225600000_7"), address: "mail/order.ord_1.ship" } as const;
    await store.commit({ ...NOTHING_WRITTEN, deadLetters: [dead] });

    const retried = await edge.call("POST /api/v1/dead-letters/mail_1767225600000_7/retry", { as: admin });
    expect(await problemIn(retried)).toEqual({ status: 409, code: "not_retryable" });
    expect(await listed(edge)).toEqual(["mail_1767225600000_7"]);
    expect((await edge.call("POST /api/v1/dead-letters/mail_1767225600000_7/discard", { as: admin })).status).toBe(200);
    expect(await listed(edge)).toEqual([]);
  });

  it("that had personal rows with them are sent again by their senders, not from here", async () => {
    const { edge, store } = await openMorgue(0);
    await store.commit({ ...NOTHING_WRITTEN, deadLetters: [deadLetter("personal_1")] });

    const retried = await edge.call("POST /api/v1/dead-letters/personal_1/retry", { as: admin });
    expect(await problemIn(retried)).toEqual({ status: 409, code: "not_retryable" });
    expect((await edge.call("POST /api/v1/dead-letters/personal_1/discard", { as: admin })).status).toBe(200);
  });

  it("are gone when they are discarded", async () => {
    const { edge, store } = await openMorgue(2);
    expect((await edge.call("POST /api/v1/dead-letters/dl-2/discard", { as: admin })).status).toBe(200);
    expect(await listed(edge)).toEqual(["dl-1"]);
    expect(await store.letters([0], { dueBefore: Infinity, limit: 9 })).toEqual([]);
    expect(edge.lines).toMatchObject([{
      event: "dead_letter_taken",
      fields: { id: "dl-2", what: "discard", by: "root" },
    }]);
  });

  it("can be taken once", async () => {
    const { edge } = await openMorgue(1);
    const twice = ["retry", "discard"].map((what) =>
      edge.call(`POST /api/v1/dead-letters/dl-1/${what}`, { as: admin })
    );
    expect((await Promise.all(twice)).map(({ status }) => status).sort()).toEqual([200, 404]);
    const missing = await edge.call("POST /api/v1/dead-letters/dl-9/retry", { as: admin });
    expect(await problemIn(missing)).toEqual({ status: 404, code: "not_found" });
  });

  it("are for admins alone", async () => {
    const { edge, store } = await openMorgue(1);
    for (const as of [ann, clerk]) {
      for (const route of [LIST, "POST /api/v1/dead-letters/dl-1/retry", "POST /api/v1/dead-letters/dl-1/discard"]) {
        expect((await edge.call(route, { as })).status).toBe(403);
      }
    }
    expect((await store.deadLetters({ limit: 9 })).length).toBe(1);
  });

  it("are answered 503 while the store is away", async () => {
    const { edge, store } = await openMorgue(1);
    store.failNext("deadLetters", "retryable");
    expect(await problemIn(await edge.call(LIST, { as: admin }))).toEqual({ status: 503, code: "unavailable" });
    store.failNext("takeDeadLetter", "unknown");
    const unknown = await edge.call("POST /api/v1/dead-letters/dl-1/retry", { as: admin });
    expect(await problemIn(unknown)).toEqual({ status: 503, code: "outcome_unknown" });
  });
});
