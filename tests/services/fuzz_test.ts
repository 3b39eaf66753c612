import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { PROBLEMS } from "../../src/edge/problem.ts";
import { queriedKinds, type ServiceCommand, serviceCommands } from "../../src/services/service_commands.ts";
import { subjectToken } from "../../src/services/subject_token.ts";
import { admin, ann, clerk } from "../edge/open_edge.ts";
import { type Chance, seeded } from "../machines/seeded.ts";
import { allDone, onHand } from "./mailbox.ts";
import { type OpenServices, warehouse } from "./open_services.ts";
import { openCartOf, openedShop, paidOrderOf } from "./shop_story.ts";

const ROUNDS = 25;
const BODY = z.looseObject({ properties: z.record(z.string(), z.unknown()) });
const CODES = new Set<string>(Object.keys(PROBLEMS).filter((code) => code !== "internal_error"));
const PEOPLE = [ann, clerk, warehouse, admin];

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1,
  2.5,
  1e308,
  9_007_199_254_740_993,
  "",
  " ",
  "MUG",
  "card",
  "x".repeat(5000),
  "\u202e\u{1F375}",
  "'; drop table event; --",
  "__proto__",
  [],
  [[]],
  {},
  { minor: 1, currency: "GBP" },
  { minor: -1, currency: "XXX" },
  [{ sku: "MUG", quantity: 1 }],
  [{ sku: "MUG", quantity: 1e15 }],
];
const IDS = ["MUG", "x", "..", "a b", "é", "\u0001", "__proto__", "x".repeat(300), "ord_", "crt_aa", "%00", "*", ">"];

describe("whatever other services send", () => {
  const seed = Number(Deno.env.get("VITRINE_TEST_SEED") ?? Math.floor(Math.random() * 1e9));

  it(`is answered in the shop's words (VITRINE_TEST_SEED=${seed})`, async () => {
    await using services = await openedShop();
    const chance = seeded(seed);
    const ids = [...IDS, await openCartOf(services, ann), await paidOrderOf(services, ann)];
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(serviceCommands.map(async (served) => {
        const subject = `vitrine.cmd.${served.kind}.${subjectToken(chance.pick(ids))}.${served.command}`;
        const json = bodyFor(served, chance);
        const answered = await services.ask(subject, {
          as: chance.pick(PEOPLE),
          json,
          headers: { "Idempotency-Key": `k-${chance.int(1, 5)}` },
        });
        expect([subject, json, answered.ok || CODES.has(String(answered.code))]).toEqual([subject, json, true]);
      }));
      for (const [kind, { roles }] of queriedKinds) {
        const subject = `vitrine.query.${kind}.${subjectToken(chance.pick(ids))}`;
        const as = chance.pick(PEOPLE);
        const { ok, code } = await services.ask(subject, { as });
        const told = roles.some((role) => as.roles.includes(role)) ? "not_found" : "forbidden";
        expect([subject, ok ? "ok" : code]).toEqual([subject, ok ? "ok" : told]);
      }
    }
    expect(services.lines.filter(({ event }) => event === "request_failed")).toEqual([]);
  });

  it("by mail is done, refused or a dead letter, and never in the way", async () => {
    await using services = await openedShop();
    const chance = seeded(seed);
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(serviceCommands.map((served) => leave(services, { served, chance, round })));
    }
    await allDone(services);
    const before = Number(await onHand(services));
    await services.post("vitrine.mail.stock.MUG.receive", { as: admin, json: { quantity: 7 }, id: "the-last-one" });
    await allDone(services);
    expect(await onHand(services)).toBe(before + 7);
    const handled = services.counted.filter((what) => what.startsWith("mail"));
    expect(handled.filter((what) => what !== "mail later").length).toBe(ROUNDS * serviceCommands.length + 1);
    expect(services.lines.filter(({ event }) => event === "mail_failed")).toEqual([]);
  });
});

async function leave(
  { post }: OpenServices,
  { served, chance, round }: { readonly served: ServiceCommand; readonly chance: Chance; readonly round: number },
): Promise<void> {
  const subject = `vitrine.mail.${served.kind}.${subjectToken(chance.pick(IDS))}.${served.command}`;
  const id = `${served.name}-${round}`;
  await post(subject, { as: chance.pick(PEOPLE), json: bodyFor(served, chance), id });
}

/** Mostly members that the command knows, with values that it may not. */
function bodyFor({ bodySchema }: ServiceCommand, chance: Chance): unknown {
  if (chance.happens(12)) return chance.pick(VALUES);
  const names = [...Object.keys(BODY.parse(bodySchema).properties), "unknown"];
  const chosen = names.filter((name) => chance.happens(name === "unknown" ? 12 : 50));
  return Object.fromEntries(chosen.map((name) => [name, chance.pick(VALUES)]));
}
