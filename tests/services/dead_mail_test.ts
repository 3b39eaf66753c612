import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { MemoryStore } from "../../src/store/memory_store.ts";
import { openPostgresStore } from "../../src/store/postgres_store.ts";
import { buryMail } from "../../src/services/dead_mail.ts";
import type { Mail } from "../../src/services/mail.ts";
import type { Store } from "../../actors/runtime/ports.ts";
import { problemOf } from "../../src/edge/problem.ts";
import { invalid } from "../../src/edge/edge_error.ts";
import { startPostgres } from "../harness/postgres.ts";

const NOW = Date.UTC(2026, 0, 1);
const death = {
  problem: problemOf(invalid("quantity", "It must be a number")),
  trace: { correlationId: "c" },
  now: NOW,
};

function mail(subject: string): Mail {
  return { subject, data: new Uint8Array(), sentAt: NOW - 1000, sequence: 7, attempt: 2 };
}

const stores: Readonly<Record<string, () => Promise<AsyncDisposable & { readonly store: Store }>>> = {
  "in memory": () =>
    Promise.resolve({ store: new MemoryStore({ now: () => NOW }), [Symbol.asyncDispose]: () => Promise.resolve() }),
  "in PostgreSQL": async () => {
    await using opening = new AsyncDisposableStack();
    const postgres = opening.use(await startPostgres());
    const store = opening.use(await openPostgresStore(postgres.url()));
    const opened = opening.move();
    return { store, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  },
};

for (const [where, open] of Object.entries(stores)) {
  describe(`dead mail ${where}`, () => {
    it("is kept once, however often it is buried", async () => {
      await using opened = await open();
      const { store } = opened;
      for (let time = 0; time < 2; time++) await buryMail(mail("vitrine.mail.stock.MUG.receive"), death, store);
      expect(await store.deadLetters({ limit: 9 })).toEqual([{
        id: `mail_${NOW - 1000}_7`,
        address: "mail/stock.MUG.receive",
        partition: 0,
        command: { type: "receive" },
        principal: { sub: "", roles: [], stores: [] },
        correlationId: "c",
        error: "invalid_request: The request is not valid; quantity: It must be a number (Nats-Msg-Id is missing)",
        actorVersion: 0,
        attempts: 2,
        diedAt: NOW,
      }]);
    });

    it("has a name that can be kept and shown, whatever its subject is", async () => {
      await using opened = await open();
      const { store } = opened;
      await buryMail(mail(`vitrine.mail.\u0000.é\ud800.${"x".repeat(4000)}`), death, store);
      const [{ address = "" } = {}] = await store.deadLetters({ limit: 9 });
      expect(address).toMatch(/^mail\/\?\.\?\?\.x+$/);
      expect(address.length).toBeLessThan(250);
    });
  });
}
