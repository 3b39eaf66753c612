import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { LedgerFile } from "../../src/gateways/ledger_file.ts";
import { PaymentLedger } from "../../src/gateways/payment_ledger.ts";
import { callTo, PAYMENT_ID, payTenPounds, take } from "./gateway_calls.ts";

const approved = (step: string) => ({ outcome: "approved", reference: `sim-${PAYMENT_ID}:${step}` });

describe("a provider's books", () => {
  it("do under one key one thing, and say the same ever after", () => {
    const ledger = take(payTenPounds);
    for (let repeat = 0; repeat < 3; repeat++) {
      expect(ledger.perform(callTo("capture"))).toEqual(approved("capture"));
      expect(ledger.perform(callTo("capture", { type: "query" }))).toEqual(approved("capture"));
    }
    expect(ledger.capturesOf(PAYMENT_ID)).toBe(1);
    expect(ledger.balanceOf(PAYMENT_ID)).toBe(1_000);
  });
  it("remember a refusal as well", () => {
    const ledger = new PaymentLedger();
    const no = { outcome: "declined", reason: "card_declined" };
    expect(ledger.perform(callTo("authorise"), { refusal: "card_declined" })).toEqual(no);
    expect(ledger.perform(callTo("authorise"))).toEqual(no);
    expect(ledger.perform(callTo("capture"))).toEqual({ outcome: "declined", reason: "not_authorised" });
  });
  it("do not take a key for another amount", () => {
    const ledger = take(payTenPounds);
    expect(ledger.perform(callTo("capture", { amountMinor: 1 }))).toEqual({
      outcome: "declined",
      reason: "key_reused",
    });
    expect(ledger.balanceOf(PAYMENT_ID)).toBe(1_000);
  });
  it("have not found what never came", () => {
    expect(new PaymentLedger().perform(callTo("authorise", { type: "query" }))).toEqual({ outcome: "not_found" });
  });
  it("void what is not captured, also before it comes", () => {
    const ledger = take([callTo("void#1")]);
    expect(ledger.perform(callTo("authorise"))).toEqual({ outcome: "declined", reason: "voided" });
    expect(take([callTo("authorise"), callTo("void#1")]).perform(callTo("capture")))
      .toEqual({ outcome: "declined", reason: "voided" });
    expect(take(payTenPounds).perform(callTo("void#1"))).toEqual({ outcome: "declined", reason: "already_captured" });
  });
  it("know what is blocked until it is taken or let go", () => {
    const ledger = take([callTo("authorise")]);
    ledger.perform(callTo("capture"), { refusal: "expired" });
    expect(ledger.isBlocked(PAYMENT_ID)).toBe(true);
    expect(ledger.perform(callTo("void#1"))).toEqual(approved("void#1"));
    expect(ledger.isBlocked(PAYMENT_ID)).toBe(false);
    expect(take(payTenPounds).isBlocked(PAYMENT_ID)).toBe(false);
    expect(new PaymentLedger().isBlocked(PAYMENT_ID)).toBe(false);
  });
  it("give back no more than was taken", () => {
    const ledger = take([...payTenPounds, callTo("refund:1#1", { amountMinor: 700 })]);
    expect(ledger.perform(callTo("refund:2#1", { amountMinor: 301 })))
      .toEqual({ outcome: "declined", reason: "exceeds_capture" });
    expect(ledger.perform(callTo("refund:2#2", { amountMinor: 300 }))).toEqual(approved("refund:2#2"));
    expect(ledger.balanceOf(PAYMENT_ID)).toBe(0);
    expect(ledger.entriesOf(PAYMENT_ID).length).toBe(5);
  });
  it("take the shop's word for a payment they have forgotten", () => {
    expect(new PaymentLedger().perform(callTo("refund:1#1"))).toEqual(approved("refund:1#1"));
  });
});

describe("books in a file", () => {
  it("outlive their process, whatever was cut short", () => {
    const path = Deno.makeTempFileSync();
    try {
      {
        using file = new LedgerFile(path);
        const ledger = new PaymentLedger(file);
        for (const call of payTenPounds) ledger.perform(call);
      }
      Deno.writeTextFileSync(path, '{"key":"half a l', { append: true });
      for (let start = 0; start < 2; start++) {
        using file = new LedgerFile(path);
        const ledger = new PaymentLedger(file);
        expect(ledger.perform(callTo("capture"))).toEqual(approved("capture"));
        expect(ledger.capturesOf(PAYMENT_ID)).toBe(1);
        expect(ledger.perform(callTo("refund:1#1"))).toEqual(approved("refund:1#1"));
        expect(ledger.balanceOf(PAYMENT_ID)).toBe(0);
      }
      expect(Deno.readTextFileSync(path).trimEnd().split("\n").length).toBe(3);
    } finally {
      Deno.removeSync(path);
    }
  });

  it("hold no piece of a line that did not fit on a full disk", () => {
    const path = Deno.makeTempFileSync();
    const { writeSync } = Deno.FsFile.prototype;
    try {
      using file = new LedgerFile(path);
      const ledger = new PaymentLedger(file);
      ledger.perform(callTo("authorise"));
      const whole = Deno.readTextFileSync(path);

      let room = 20;
      Deno.FsFile.prototype.writeSync = function (this: Deno.FsFile, bytes: Uint8Array): number {
        if (room === 0) throw new Error("no space left on device");
        const written = writeSync.call(this, bytes.subarray(0, room));
        room -= written;
        return written;
      };
      expect(() => ledger.perform(callTo("capture"))).toThrow("no space left");
      expect(room).toBe(0);
      expect(Deno.readTextFileSync(path)).toBe(whole);
      expect(ledger.capturesOf(PAYMENT_ID)).toBe(0);

      Deno.FsFile.prototype.writeSync = writeSync;
      ledger.perform(callTo("capture"));
      using again = new LedgerFile(path);
      expect(new PaymentLedger(again).entriesOf(PAYMENT_ID)).toEqual(ledger.entriesOf(PAYMENT_ID));
    } finally {
      Deno.FsFile.prototype.writeSync = writeSync;
      Deno.removeSync(path);
    }
  });
});
