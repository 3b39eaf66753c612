import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { bannerWords, type ConnectionStatus, statusWords } from "../../src/client/connection_status.ts";

const MINUTE = 60_000;
const live: ConnectionStatus = { phase: "live", again: true, confirmedAt: 0 };
const staleAfterMs = 30 * MINUTE;

describe("the state of the connection in words", () => {
  it("is said in a word or two", () => {
    const moment = { now: 1000, staleAfterMs };
    expect(statusWords({ ...live, phase: "connecting", again: false }, moment)).toBe("Connecting…");
    expect(statusWords({ ...live, phase: "connecting" }, moment)).toBe("Reconnecting…");
    expect(statusWords({ ...live, phase: "catching_up" }, moment)).toBe("Catching up…");
    expect(statusWords(live, moment)).toBe("Live");
    expect(statusWords({ ...live, phase: "offline" }, moment)).toBe("Offline");
  });

  it("warns of a page that nobody has confirmed for half an hour", () => {
    const lost: ConnectionStatus = { ...live, phase: "connecting" };
    expect(bannerWords(lost, { now: 29 * MINUTE, staleAfterMs })).toBe(undefined);
    expect(statusWords(lost, { now: 30 * MINUTE, staleAfterMs })).toBe("Out of date");
    expect(bannerWords(lost, { now: 42 * MINUTE, staleAfterMs })).toContain("42 minutes");
    expect(bannerWords(lost, { now: 180 * MINUTE, staleAfterMs })).toContain("3 hours");
  });

  it("never warns of a live page, however long it has been open", () => {
    expect(bannerWords(live, { now: 600 * MINUTE, staleAfterMs })).toBe(undefined);
    expect(statusWords(live, { now: 600 * MINUTE, staleAfterMs })).toBe("Live");
  });

  it("warns at once of a device without a network", () => {
    expect(bannerWords({ ...live, phase: "offline" }, { now: 1, staleAfterMs })).toContain("offline");
  });
});
