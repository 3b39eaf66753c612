import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { GatewayCommand, PaymentCommand } from "../../machines/payment/messages.ts";
import { type GatewayAnswer, NoAnswer } from "../../src/gateways/payment_gateway.ts";
import { paymentActivity } from "../../src/gateways/payment_activity.ts";
import { type Behaviour, SimulatedGateway } from "../../src/gateways/simulated_gateway.ts";
import { PaymentLedger } from "../../src/gateways/payment_ledger.ts";
import { VirtualTime } from "../actors/runtime/virtual_time.ts";
import { callTo, PAYMENT_ID } from "./gateway_calls.ts";

const yes = (step: string): GatewayAnswer => ({ outcome: "approved", reference: `sim-${PAYMENT_ID}:${step}` });
const no: GatewayAnswer = { outcome: "declined", reason: "card_declined" };

describe("the simulated provider", () => {
  it("approves cards and invoices at once", async () => {
    for (const method of ["card", "invoice"]) {
      const { answered, ledger } = shop();
      expect(await answered(callTo("authorise", { method }))).toEqual({ answer: yes("authorise"), tookMs: 0 });
      expect(await answered(callTo("capture", { method }))).toEqual({ answer: yes("capture"), tookMs: 0 });
      expect(ledger.capturesOf(PAYMENT_ID)).toBe(1);
    }
  });
  it("is slow when told so", async () => {
    const { answered } = shop();
    expect(await answered(callTo("authorise", { method: "test_slow" }))).toEqual({
      answer: yes("authorise"),
      tookMs: 1_500,
    });
  });
  it("declines the authorisation, the capture, and methods it does not know", async () => {
    const { answered } = shop();
    const declining = { method: "test_decline_capture" };
    expect(await answered(callTo("authorise", { method: "test_decline" }))).toMatchObject({ answer: no });
    expect(await answered(callTo("authorise", { method: "cowries", key: "other" }))).toMatchObject({ answer: no });
    expect(await answered(callTo("authorise", { ...declining, key: "third" }))).toMatchObject({
      answer: { outcome: "approved" },
    });
    expect(await answered(callTo("capture", declining))).toMatchObject({ answer: no });
  });
  it("keeps silent about what it has done", async () => {
    const { answered } = shop();
    const call = callTo("authorise", { method: "test_timeout_done" });
    expect(await answered(call)).toEqual({ answer: "silence", tookMs: 2_000 });
    expect(await answered({ ...call, type: "query" })).toEqual({ answer: yes("authorise"), tookMs: 0 });
  });
  it("loses a call, and not its repeat", async () => {
    const { answered } = shop();
    const call = callTo("authorise", { method: "test_timeout_lost" });
    expect(await answered(call)).toEqual({ answer: "silence", tookMs: 2_000 });
    expect(await answered({ ...call, type: "query" })).toMatchObject({ answer: { outcome: "not_found" } });
    expect(await answered(call)).toEqual({ answer: yes("authorise"), tookMs: 0 });
  });
  it("does a call after the caller has given up, once", async () => {
    const { answered, ledger, time } = shop();
    await answered(callTo("authorise"));
    const call = callTo("capture", { method: "test_timeout_late" });
    expect(await answered(call)).toEqual({ answer: "silence", tookMs: 2_000 });
    expect(await answered({ ...call, type: "query" })).toMatchObject({ answer: { outcome: "not_found" } });
    expect(await answered(call)).toMatchObject({ answer: yes("capture") });
    await time.advance(60_000);
    expect(ledger.capturesOf(PAYMENT_ID)).toBe(1);
  });
  it("says it twice", async () => {
    const heard: GatewayAnswer[] = [];
    const { answered, time } = shop({ heard });
    expect(await answered(callTo("authorise", { method: "test_twice" }))).toMatchObject({ answer: yes("authorise") });
    await time.advance(1);
    expect(heard).toEqual([yes("authorise")]);
  });
  it("can be told to behave otherwise, and has moods of its own", async () => {
    const { answered, gateway } = shop({ random: () => 0.99 });
    gateway.behave("card", "decline");
    expect(await answered(callTo("authorise"))).toMatchObject({ answer: no });
    const moods: readonly Behaviour[] = ["slow", "timeout_done", "twice"];
    for (const mood of moods) gateway.behave(mood, mood);
    expect(await answered(callTo("authorise", { method: "test_random", key: "other" }))).toMatchObject({ tookMs: 0 });
    expect(await answered(callTo("authorise", { method: "slow", key: "third" }))).toMatchObject({ tookMs: 1_500 });
  });
  it("stops when the caller does", async () => {
    const { gateway, ledger, time } = shop();
    const leaving = new AbortController();
    const call = gateway.call(callTo("authorise", { method: "test_slow" }), leaving).catch((error: unknown) => error);
    leaving.abort(new Error("timed out"));
    expect(await call).toEqual(new Error("timed out"));
    await time.advance(10_000);
    expect(ledger.entriesOf(PAYMENT_ID)).toEqual([]);
    expect(time.pending()).toBe(0);
    await expect(gateway.call(callTo("authorise", { method: "test_slow" }), leaving)).rejects.toThrow("timed out");
  });
});

describe("the activity `gateway`", () => {
  const run = { idempotencyKey: "letter", attempt: 1, signal: new AbortController().signal };

  it("brings the provider's answers to the payment", async () => {
    const { gateway } = shop();
    const activity = paymentActivity(gateway);
    expect(activity.attempts).toBe(1);
    const said: PaymentCommand = {
      type: "gateway_approved",
      step: "authorise",
      reference: `sim-${PAYMENT_ID}:authorise`,
    };
    expect(await activity.run(callTo("authorise"), run)).toEqual(said);
    expect(await activity.run(callTo("capture", { type: "query", ask: 7 }), run))
      .toEqual({ type: "gateway_not_found", step: "capture", ask: 7 });
    expect(await activity.run(callTo("void#1", { method: "cowries" }), run))
      .toEqual({ type: "gateway_approved", step: "void#1", reference: `sim-${PAYMENT_ID}:void#1` });
    expect(await activity.run(callTo("capture"), run)).toEqual({
      type: "gateway_declined",
      step: "capture",
      reason: "voided",
    });
  });
  it("says when there is no answer, and when it gave up", async () => {
    const { gateway, time } = shop();
    const activity = paymentActivity(gateway);
    const call = callTo("authorise", { method: "test_timeout_lost", ask: 3 });
    const result = activity.run(call, run);
    await time.advance(2_000);
    expect(await result).toEqual({ type: "gateway_unknown", step: "authorise", ask: 3 });
    expect(activity.gaveUp(call)).toEqual({ type: "gateway_unknown", step: "authorise", ask: 3 });
  });
  it("throws what is neither", async () => {
    const { gateway } = shop();
    const broken = paymentActivity({ call: () => Promise.reject(new Error("no route")) });
    await expect(broken.run(callTo("authorise"), run)).rejects.toThrow("no route");
    await expect(paymentActivity(gateway).run({ type: "authorise" }, run)).rejects.toThrow();
  });
});

function shop(
  { random = () => 0, heard = [] }: { readonly random?: () => number; readonly heard?: GatewayAnswer[] } = {},
): {
  readonly gateway: SimulatedGateway;
  readonly ledger: PaymentLedger;
  readonly time: VirtualTime;
  answered(call: GatewayCommand): Promise<{ readonly answer: GatewayAnswer | "silence"; readonly tookMs: number }>;
} {
  const time = new VirtualTime();
  const ledger = new PaymentLedger();
  const gateway = new SimulatedGateway({
    ledger,
    clock: time.clock(),
    random,
    onSecondAnswer: (_, answer) => heard.push(answer),
  });
  return {
    gateway,
    ledger,
    time,
    answered: async (call) => {
      const from = time.now;
      let tookMs = 0;
      const answer = gateway.call(call, new AbortController())
        .catch((error: unknown): "silence" => {
          if (error instanceof NoAnswer) return "silence";
          throw error;
        })
        .finally(() => tookMs = time.now - from);
      for (let ms = 0; ms < 3_000; ms += 500) await time.advance(500);
      return { answer: await answer, tookMs };
    },
  };
}
