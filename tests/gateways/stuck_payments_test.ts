import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { order } from "../../actors/order.ts";
import { payment } from "../../actors/payment.ts";
import type { PaymentCommand } from "../../machines/payment/messages.ts";
import { paymentActivity } from "../../src/gateways/payment_activity.ts";
import { NoAnswer, type PaymentGateway } from "../../src/gateways/payment_gateway.ts";
import { PaymentLedger } from "../../src/gateways/payment_ledger.ts";
import { reportStuckPayments } from "../../src/gateways/stuck_payments.ts";
import { principal, type RunningNode } from "../actors/runtime/node.ts";
import { World } from "../actors/runtime/world.ts";
import { authorise, ORDER_ID, PAYMENT_ID } from "../machines/payment_examples.ts";

const MINUTE_MS = 60_000;

/** A provider that does all but give money back. */
class Stubborn implements PaymentGateway {
  readonly ledger = new PaymentLedger();
  mood: "refuses" | "silent" | "willing" = "refuses";

  call(command: Parameters<PaymentGateway["call"]>[0]): ReturnType<PaymentGateway["call"]> {
    const isAboutRefund = command.step.startsWith("refund:");
    if (isAboutRefund && this.mood === "silent") return Promise.reject(new NoAnswer(command.key));
    const refusal = isAboutRefund && this.mood === "refuses" ? { refusal: "account_closed" } : {};
    return Promise.resolve(this.ledger.perform(command, refusal));
  }
}

describe("payments that are stuck", () => {
  it("are told of when the provider has refused for minutes to give money back, and it is tried on and on", async () => {
    const { world, node, provider } = await refunding("refuses");
    await world.advance(5 * MINUTE_MS);
    expect(told(node)).toEqual([]);

    await world.advance(MINUTE_MS);
    const about = { payment: PAYMENT_ID, order: ORDER_ID, why: "refused", reason: "account_closed" };
    expect(told(node)).toEqual([{ ...about, step: "refund:rest#8", times: 7, nextTryMs: 320_000 }]);

    await world.advance(24 * 60 * MINUTE_MS);
    const last = told(node).at(-1);
    expect(last).toMatchObject({ ...about, nextTryMs: 60 * MINUTE_MS });
    expect(told(node).length).toBeGreaterThan(20);

    provider.mood = "willing";
    await world.advance(60 * MINUTE_MS);
    expect(provider.ledger.balanceOf(PAYMENT_ID)).toBe(0);
    const count = told(node).length;
    await world.advance(24 * 60 * MINUTE_MS);
    expect(told(node).length).toBe(count);
  });

  it("are told of when the provider has kept silent for minutes, and it is asked on and on", async () => {
    const { world, node, provider } = await refunding("silent");
    await world.advance(8 * MINUTE_MS);
    expect(told(node)).toEqual([]);

    await world.advance(MINUTE_MS);
    const about = { payment: PAYMENT_ID, order: ORDER_ID, why: "silent", step: "refund:rest#1" };
    expect(told(node)).toEqual([{ ...about, times: 11, nextTryMs: 5 * MINUTE_MS }]);

    await world.advance(20 * MINUTE_MS);
    expect(told(node).length).toBe(5);
    provider.mood = "willing";
    await world.advance(5 * MINUTE_MS);
    expect(provider.ledger.balanceOf(PAYMENT_ID)).toBe(0);
  });
});

/** A payment of ten pounds that was taken and is to be given back. */
async function refunding(
  mood: Stubborn["mood"],
): Promise<{ readonly world: World; readonly node: RunningNode; readonly provider: Stubborn }> {
  const provider = new Stubborn();
  provider.mood = mood;
  const world = new World();
  const node = await world.start({
    kinds: [{ ...payment, mayCommand: () => true }, order],
    activities: { gateway: paymentActivity(provider) },
  });
  for (const command of [authorise, { type: "capture" }, { type: "refund" }] satisfies PaymentCommand[]) {
    await node.actors.ask({
      to: `payment/${PAYMENT_ID}`,
      command,
      commandId: `tests:${command.type}`,
      fresh: true,
      principal: principal("ann"),
      correlationId: "correlated",
    });
    await world.advance(0);
  }
  expect(provider.ledger.balanceOf(PAYMENT_ID)).toBe(1_000);
  return { world, node, provider };
}

/** What the log says of all that was committed; as much is counted. */
function told({ committed }: RunningNode): readonly unknown[] {
  const lines: unknown[] = [];
  const counted: unknown[] = [];
  const ignore = (): void => {};
  reportStuckPayments(committed, {
    log: {
      info: ignore,
      warn: (event, fields) => {
        expect(event).toBe("payment_stuck");
        lines.push(fields);
      },
      error: ignore,
    },
    metrics: { paymentStuck: (why) => counted.push({ why }) },
  });
  expect(lines).toMatchObject(counted);
  return lines;
}
