import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Parser } from "@asyncapi/parser";
import { publishedEvents } from "../../src/events/published_events.ts";
import { queriedKinds, serviceCommands } from "../../src/services/service_commands.ts";
import { openEdge } from "../edge/open_edge.ts";

const WARNING = 1;

describe("the AsyncAPI document", () => {
  it("is one, and has every channel", async () => {
    const edge = await openEdge();
    const served = await (await edge.call("GET /asyncapi.json")).text();
    const { document, diagnostics } = await new Parser().parse(served);

    expect(diagnostics.filter(({ severity }) => severity <= WARNING)).toEqual([]);
    expect(document?.version()).toBe("3.0.0");
    const addresses = new Set(document?.channels().all().map((channel) => channel.address()));
    const missing = [
      ...publishedEvents.map(({ eventType }) => `${eventType}.{key}`),
      ...serviceCommands.map(({ kind, command }) => `vitrine.cmd.${kind}.{id}.${command}`),
      ...serviceCommands.filter(({ mailed }) => mailed)
        .map(({ kind, command }) => `vitrine.mail.${kind}.{id}.${command}`),
      ...[...queriedKinds.keys()].map((kind) => `vitrine.query.${kind}.{id}`),
    ].filter((address) => !addresses.has(address));
    expect(missing).toEqual([]);
  });

  it("says which headers a command needs, and who may ask", async () => {
    const edge = await openEdge();
    const { document } = await new Parser().parse(await (await edge.call("GET /asyncapi.json")).text());
    const of = (key: string): unknown => document?.channels().get(key)?.messages().get(key)?.headers()?.required();
    expect(of("cmd_customer_place_order")).toEqual(["Authorization", "Idempotency-Key"]);
    expect(of("cmd_cart_add_item")).toEqual(["Authorization"]);
    expect(of("mail_customer_place_order")).toEqual(["Authorization", "Nats-Msg-Id"]);
    expect(document?.channels().get("query_stock")?.description()).toContain("Roles: staff, admin, service.");
  });

  it("would not pass with a mistake in it", async () => {
    const edge = await openEdge();
    const served = await (await edge.call("GET /asyncapi.json")).json();
    const broken = { ...served, operations: { odd: { action: "sends", channel: { $ref: "#/channels/nowhere" } } } };
    const { diagnostics } = await new Parser().parse(JSON.stringify(broken));
    expect(diagnostics.filter(({ severity }) => severity <= WARNING).length).toBeGreaterThan(0);
  });
});
