import { describe } from "@std/testing/bdd";
import { evolve, initial } from "../../machines/payment/machine.ts";
import { walk } from "./arrows.ts";
import {
  authorised,
  captureStarted,
  declined,
  facts,
  paidFor,
  PAYMENT_ID,
  paymentAfter,
  restMade,
  restStarted,
  voided,
  voidStarted,
} from "./payment_examples.ts";

const none = {
  authorisation_started: null,
  authorised: null,
  declined: null,
  capture_started: null,
  captured: null,
  undo_requested: null,
  void_started: null,
  voided: null,
  refund_queued: null,
  refund_started: null,
  refund_made: null,
  answer_missing: null,
  step_repeated: null,
  step_renewed: null,
} as const;

const refunding = evolve(paidFor, restStarted);

describe("a payment's facts", () => {
  walk(
    {
      absent: { ...none, authorisation_started: "authorising" },
      authorising: {
        ...none,
        authorised: "authorised",
        declined: "declined",
        undo_requested: "authorising",
        void_started: "voiding",
        answer_missing: "authorising",
        step_repeated: "authorising",
      },
      authorised: { ...none, capture_started: "capturing", void_started: "voiding" },
      capturing: {
        ...none,
        captured: "captured",
        declined: "declined",
        undo_requested: "capturing",
        void_started: "voiding",
        answer_missing: "capturing",
        step_repeated: "capturing",
      },
      captured: { ...none, refund_started: "refunding" },
      voiding: {
        ...none,
        voided: "voided",
        captured: "captured",
        answer_missing: "voiding",
        step_repeated: "voiding",
        step_renewed: "voiding",
      },
      voided: none,
      declined: { ...none, void_started: "voiding" },
      refunding: {
        ...none,
        refund_made: "refunded",
        refund_queued: "refunding",
        answer_missing: "refunding",
        step_repeated: "refunding",
        step_renewed: "refunding",
      },
      refunded: none,
    },
    {
      evolve,
      states: {
        absent: initial(PAYMENT_ID),
        authorising: paymentAfter(),
        authorised: paymentAfter(authorised),
        capturing: paymentAfter(authorised, captureStarted),
        captured: paidFor,
        voiding: paymentAfter(authorised, voidStarted),
        voided: paymentAfter(authorised, voidStarted, voided),
        declined: paymentAfter(declined),
        refunding,
        refunded: evolve(refunding, restMade),
      },
      facts,
    },
  );
});
