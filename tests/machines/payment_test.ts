import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { send } from "../../machines/decision.ts";
import type { ToldCommand } from "../../machines/order/messages.ts";
import { decide } from "../../machines/payment/decide.ts";
import { evolve, initial, type Payment } from "../../machines/payment/machine.ts";
import type { PaymentCommand, PaymentEvent } from "../../machines/payment/messages.ts";
import { ann, sentencesAbout, turnOf } from "./given.ts";
import {
  authorise,
  authorised,
  calls,
  captured,
  captureDeclined,
  captureStarted,
  declined,
  ORDER_ID,
  paidFor,
  partMade,
  partQueued,
  partStarted,
  PAYMENT_ID,
  paymentAfter,
  restMade,
  restStarted,
  started,
  undoRequested,
  voided,
  voidStarted,
} from "./payment_examples.ts";

const given = sentencesAbout({ decide, evolve });
const NOW = turnOf(ann).now;
const asked = paymentAfter();
const capturing = paymentAfter(authorised, captureStarted);
const lettingGo = after(capturing, captureDeclined, { ...voidStarted, ask: 3 });

describe("a payment is taken", () => {
  it("in two steps, each under a key of its own", () => {
    given(initial(PAYMENT_ID)).when(authorise).then(started)
      .thenSends(calls({ type: "authorise", step: "authorise", ask: 1 }));
    given(asked).when(yes("authorise")).then(authorised).thenSends(told({ type: "payment_authorised" }));
    given(paymentAfter(authorised)).when({ type: "capture" }).then(captureStarted)
      .thenSends(calls({ type: "capture", step: "capture", ask: 2 }));
    given(capturing).when(yes("capture")).then(captured).thenSends(told({ type: "payment_captured" }));
  });
  it("once, however often it is asked for", () => {
    given(asked).when(authorise).thenNothing();
    given(asked).when({ type: "capture" }).thenNothing();
    given(capturing).when({ type: "capture" }).thenNothing();
    given(paidFor).when({ type: "capture" }).thenNothing();
  });
  it("not at all when the provider says no", () => {
    given(asked).when(no("authorise", "card_declined")).then(declined)
      .thenSends(told({ type: "payment_declined", reason: "card_declined" }));
  });
  it("not at all when the provider says no to the capture, and what was blocked is let go", () => {
    given(capturing).when(no("capture", "expired")).then(captureDeclined, { ...voidStarted, ask: 3 })
      .thenSends(
        told({ type: "payment_declined", reason: "expired" }),
        calls({ type: "void", step: "void#1", ask: 3 }),
      );
    given(lettingGo).when({ type: "void" }).thenNothing();
    given(lettingGo).when(no("capture", "expired")).thenNothing();
    given(lettingGo).when(yes("void#1")).then(voided).thenSends(told({ type: "payment_voided" }));
    given(after(capturing, { type: "answer_missing", step: "capture", ask: 3, tries: 1 }))
      .when(no("capture", "expired")).then(captureDeclined, { ...voidStarted, ask: 4 });
  });
});

describe("an answer", () => {
  const states: readonly Payment[] = [
    initial(PAYMENT_ID),
    asked,
    paymentAfter(authorised),
    capturing,
    paidFor,
    paymentAfter(declined),
    lettingGo,
    paymentAfter(authorised, voidStarted),
    paymentAfter(authorised, voidStarted, voided),
    after(paidFor, restStarted),
    after(paidFor, restStarted, restMade),
  ];

  it("to a step that is over changes nothing, whatever it says", () => {
    for (const state of states) {
      for (const step of ["authorise", "capture", "void#1", "refund:rest#1", "refund:rest#2"]) {
        if (state.context.call?.step === step) continue;
        given(state).when(yes(step)).thenNothing();
        given(state).when(no(step, "late")).thenNothing();
        given(state).when({ type: "gateway_unknown", step, ask: state.context.asks }).thenNothing();
        given(state).when({ type: "gateway_not_found", step, ask: state.context.asks }).thenNothing();
      }
    }
  });
  it("that is missing is asked for, ever more rarely, and the step is not repeated", () => {
    let payment = asked;
    const pauses: number[] = [];
    for (let tries = 1; tries <= 12; tries++) {
      const decision = decide(payment, unknown("authorise", tries), turnOf(ann));
      if (!decision.accepted) throw new Error(decision.reason);
      expect(decision.events).toEqual([{ type: "answer_missing", step: "authorise", ask: tries + 1, tries }]);
      const [message] = decision.messages;
      if (message?.kind !== "activity") throw new Error("nothing is asked");
      expect(message.command).toMatchObject({ type: "query", key: `${PAYMENT_ID}:authorise`, ask: tries + 1 });
      pauses.push((message.at ?? 0) - NOW);
      payment = decision.events.reduce(evolve, payment);
    }
    expect(pauses.slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000]);
    expect(pauses.slice(-2)).toEqual([300_000, 300_000]);
  });
  it("that is missing twice is asked for once", () => {
    given(after(asked, { type: "answer_missing", step: "authorise", ask: 2, tries: 1 }))
      .when(unknown("authorise", 1)).thenNothing();
  });
  it("that the provider never saw the step repeats it under the same key", () => {
    given(after(capturing, { type: "answer_missing", step: "capture", ask: 3, tries: 1 }))
      .when({ type: "gateway_not_found", step: "capture", ask: 3 })
      .then({ type: "step_repeated", step: "capture", ask: 4 })
      .thenSends(calls({ type: "capture", step: "capture", ask: 4 }));
  });
});

describe("an order that backs out", () => {
  it("gets an authorisation voided", () => {
    given(paymentAfter(authorised)).when({ type: "void" }).then(voidStarted)
      .thenSends(calls({ type: "void", step: "void#1", ask: 2 }));
    given(paymentAfter(authorised, voidStarted)).when(yes("void#1")).then(voided)
      .thenSends(told({ type: "payment_voided" }));
  });
  it("during the authorisation gets it voided as soon as it is known", () => {
    given(asked).when({ type: "void" }).then(undoRequested).thenSends();
    given(paymentAfter(undoRequested)).when({ type: "void" }).thenNothing();
    given(paymentAfter(undoRequested)).when(yes("authorise")).then(authorised, voidStarted)
      .thenSends(calls({ type: "void", step: "void#1", ask: 2 }));
    given(paymentAfter(undoRequested)).when(no("authorise", "card_declined")).then(declined);
  });
  it("during the capture gets the money back as soon as it is taken", () => {
    const undone = after(capturing, undoRequested);
    given(capturing).when({ type: "void" }).then(undoRequested).thenSends();
    given(capturing).when({ type: "refund" }).then(undoRequested).thenSends();
    given(undone).when(yes("capture")).then(captured, restStarted)
      .thenSends(calls({ type: "refund", step: "refund:rest#1", ask: 3 }));
  });
  it("during a capture that is declined hears when what was blocked is let go", () => {
    given(after(capturing, undoRequested)).when(no("capture", "expired"))
      .then(captureDeclined, { ...voidStarted, ask: 3 })
      .thenSends(calls({ type: "void", step: "void#1", ask: 3 }));
  });
  it("does not get a lost step repeated: the void closes the door to it", () => {
    const lost = paymentAfter(undoRequested, { type: "answer_missing", step: "authorise", ask: 2, tries: 1 });
    given(lost).when({ type: "gateway_not_found", step: "authorise", ask: 2 }).then({ ...voidStarted, ask: 3 })
      .thenSends(calls({ type: "void", step: "void#1", ask: 3 }));
  });
  it("gets the money back when the void comes after a capture that was believed lost", () => {
    const voiding = after(capturing, undoRequested, { ...voidStarted, ask: 3 });
    given(voiding).when(no("void#1", "already_captured"))
      .then({ type: "captured", reference: "void#1" }, { ...restStarted, ask: 4 })
      .thenSends(calls({ type: "refund", step: "refund:rest#1", ask: 4 }));
  });
  it("of nothing is told that nothing is to be given back", () => {
    const free = [{ ...started, amountMinor: 0 }, authorised, captureStarted, undoRequested].reduce<Payment>(
      evolve,
      initial(PAYMENT_ID),
    );
    given(free).when(yes("capture")).then(captured)
      .thenSends(told({ type: "payment_refunded", refundId: "rest", amountMinor: 0 }));
  });
});

describe("money goes back", () => {
  const part: PaymentCommand = { type: "refund_part", returnId: "return:1", amountMinor: 300 };
  const refunding = after(paidFor, partStarted);

  it("in parts and as a rest, never more than was taken", () => {
    given(paidFor).when(part).then(partStarted)
      .thenSends(calls({ type: "refund", step: "refund:return:1#1", ask: 3, amountMinor: 300 }));
    given(paidFor).when({ ...part, amountMinor: 5_000 }).then({ ...partStarted, amountMinor: 1_000 });
    given(after(refunding, partMade)).when({ type: "refund" }).then({
      ...restStarted,
      amountMinor: 700,
      ask: 4,
      step: "refund:rest#1",
    });
    given(after(paidFor, restStarted, restMade)).when({ ...part, returnId: "return:9" }).thenNothing();
    expect(after(refunding, partMade).value).toBe("captured");
    expect(after(paidFor, restStarted, restMade).value).toBe("refunded");
  });
  it("once for each return", () => {
    given(refunding).when(part).thenNothing();
    given(after(refunding, partMade)).when(part).thenNothing();
    given(after(refunding, partQueued)).when({ ...part, returnId: "return:2" }).thenNothing();
  });
  it("one after the other", () => {
    given(refunding).when({ ...part, returnId: "return:2", amountMinor: 200 }).then(partQueued).thenSends();
    given(refunding).when({ type: "refund" }).then({ type: "refund_queued", refundId: "rest", amountMinor: 700 });
    given(after(refunding, partQueued)).when(yes("refund:return:1#1"))
      .then(partMade, { ...partStarted, refundId: "return:2", amountMinor: 200, step: "refund:return:2#1", ask: 4 })
      .thenSends(
        told({ type: "payment_refunded", refundId: "return:1", amountMinor: 300 }),
        calls({ type: "refund", step: "refund:return:2#1", ask: 4, amountMinor: 200 }),
      );
  });
  it("also when the provider first says no: again later, under a new key", () => {
    const renewed: PaymentEvent = {
      type: "step_renewed",
      step: "refund:return:1#2",
      ask: 4,
      attempt: 2,
      reason: "busy",
    };
    given(refunding).when(no("refund:return:1#1", "busy")).then(renewed)
      .thenSends(calls({ type: "refund", step: "refund:return:1#2", ask: 4, amountMinor: 300 }, NOW + 5_000));
    given(after(refunding, renewed)).when(yes("refund:return:1#2")).then(partMade);
    given(after(refunding, renewed)).when(no("refund:return:1#1", "busy")).thenNothing();
  });
  it("from nothing that was not taken", () => {
    for (
      const payment of [
        initial(PAYMENT_ID),
        asked,
        paymentAfter(declined),
        paymentAfter(authorised, voidStarted, voided),
      ]
    ) {
      given(payment).when(part).thenNothing();
    }
    given(paymentAfter(declined)).when({ type: "refund" }).thenNothing();
    given(paymentAfter(authorised, voidStarted, voided)).when({ type: "void" }).thenNothing();
  });
});

function after(payment: Payment, ...events: readonly PaymentEvent[]): Payment {
  return events.reduce(evolve, payment);
}

function yes(step: string): PaymentCommand {
  return { type: "gateway_approved", step, reference: "ref" };
}

function no(step: string, reason: string): PaymentCommand {
  return { type: "gateway_declined", step, reason };
}

function unknown(step: string, ask: number): PaymentCommand {
  return { type: "gateway_unknown", step, ask };
}

function told(command: ToldCommand): ReturnType<typeof send> {
  return send(`order/${ORDER_ID}`, command);
}
