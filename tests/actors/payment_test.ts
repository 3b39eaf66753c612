import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { payment } from "../../actors/payment.ts";
import type { Principal } from "../../machines/decision.ts";
import type { Payment } from "../../machines/payment/machine.ts";
import type { PaymentCommand } from "../../machines/payment/messages.ts";
import { admin, ann, bob, clerk, service, turnOf } from "../machines/given.ts";
import {
  authorise,
  authorised,
  captureDeclined,
  captureStarted,
  declined,
  ORDER_ID,
  paidFor,
  partMade,
  partStarted,
  PAYMENT_ID,
  paymentAfter,
  voidStarted,
} from "../machines/payment_examples.ts";

const EVERYBODY: readonly Principal[] = [ann, bob, clerk, service, admin];

describe("a payment", () => {
  it("takes commands from nobody outside: no gateway's word can be forged", () => {
    const commands: readonly PaymentCommand[] = [
      authorise,
      { type: "capture" },
      { type: "void" },
      { type: "refund" },
      { type: "refund_part", returnId: "1", amountMinor: 1 },
      { type: "gateway_approved", step: "capture", reference: "ref" },
      { type: "gateway_declined", step: "capture", reason: "no" },
      { type: "gateway_unknown", step: "capture", ask: 1 },
      { type: "gateway_not_found", step: "capture", ask: 1 },
    ];
    for (const command of commands) {
      expect(EVERYBODY.filter((principal) => payment.mayCommand(paymentAfter(), principal, command))).toEqual([]);
    }
  });
  it("is read by its customer, services and admins, and followed by nobody", () => {
    expect(EVERYBODY.filter((principal) => payment.mayRead(paidFor, principal))).toEqual([ann, service, admin]);
    expect(EVERYBODY.filter((principal) => payment.mayRead(paidFor, principal, "owner"))).toEqual([]);
    expect(EVERYBODY.filter((principal) => payment.mayRead(payment.initial(PAYMENT_ID), principal))).toEqual([]);
    const partly = [partStarted, partMade].reduce<Payment>(payment.evolve, paidFor);
    expect(payment.view(partly, { version: 6, cursor: "9.k3f9" })).toEqual({
      paymentId: PAYMENT_ID,
      orderId: ORDER_ID,
      status: "captured",
      amount: { minor: 1_000, currency: "GBP" },
      refunded: { minor: 300, currency: "GBP" },
      method: "card",
      version: 6,
      cursor: "9.k3f9",
    });
    expect(payment.view(paymentAfter(declined), { version: 2, cursor: "" })).toMatchObject({ reason: "card_declined" });
  });
  it("shows its effects in its customer's feed", () => {
    expect(payment.feedOf(paidFor)).toBe("customer/ann");
    expect(payment.feedOf(payment.initial(PAYMENT_ID))).toBeUndefined();
  });
  it("is stored as JSON that gives the same payment again", () => {
    const states = [
      payment.initial(PAYMENT_ID),
      paymentAfter(authorised, voidStarted),
      paymentAfter(authorised, captureStarted, captureDeclined, { ...voidStarted, ask: 3 }),
      payment.evolve(paidFor, partStarted),
    ];
    for (const state of states) {
      const stored = payment.freeze(state);
      expect(JSON.parse(JSON.stringify(stored))).toStrictEqual(stored);
      expect(payment.freeze(payment.thaw(JSON.parse(JSON.stringify(stored))))).toStrictEqual(stored);
    }
    expect(() => payment.thaw({ value: "lost", context: {} })).toThrow();
  });
  it("whose capture was declined when nothing was let go yet stays declined", () => {
    const { value, context } = paymentAfter(authorised, captureStarted, captureDeclined);
    expect(value).toBe("declined");
    const stored = payment.thaw(JSON.parse(JSON.stringify({ value, context })));
    for (const command of [{ type: "void" }, { type: "refund" }] as const) {
      expect(payment.decide(stored, command, turnOf(service))).toMatchObject({ accepted: true, events: [] });
    }
  });
});
