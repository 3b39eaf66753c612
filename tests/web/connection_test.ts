import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { event, FakeLines, resumed } from "./fake_lines.ts";

function started(): FakeLines {
  const lines = new FakeLines();
  lines.connection.start(undefined);
  return lines;
}

describe("a connection", () => {
  it("is connecting, catching up, live", () => {
    const lines = started();
    lines.begin();
    expect(lines.phases).toEqual(["connecting", "catching_up", "live"]);
    expect(lines.connection.status).toMatchObject({ phase: "live", again: true });
  });

  it("comes back with the cursor of the last message, and says that it is reconnecting", async () => {
    const lines = started();
    lines.begin("1.a");
    lines.line.on.message(event("2.a"));
    lines.line.on.closed({});
    expect(lines.connection.status).toMatchObject({ phase: "connecting", again: true });

    await lines.clock.pass(1000);
    expect(lines.lines.length).toBe(2);
    expect(lines.line).toMatchObject({ kind: "socket", after: "2.a" });
    lines.line.on.connected();
    lines.line.on.message(resumed);
    lines.line.on.message(event("3.a"));
    expect(lines.connection.status.phase).toBe("live");
    expect(lines.messages.map(({ type }) => type)).toEqual(["snapshot", "event", "resumed", "event"]);
  });

  it("hears nothing more of a line that it has left", async () => {
    const lines = started();
    const first = lines.line;
    lines.begin();
    first.on.closed({});
    await lines.clock.pass(1000);
    first.on.message(event("9.a"));
    first.on.closed({});
    expect(lines.messages.length).toBe(1);
    expect(lines.lines.length).toBe(2);
  });

  it("waits longer after each failure, up to some seconds", async () => {
    const lines = started();
    const gaps: number[] = [];
    for (let failure = 0; failure < 8; failure += 1) {
      const before = lines.clock.now();
      const { length } = lines.lines;
      lines.line.on.closed({});
      while (lines.lines.length === length) await lines.clock.pass(50);
      gaps.push(lines.clock.now() - before);
    }
    expect(gaps[0]).toBeLessThanOrEqual(400);
    expect(gaps.at(-1)).toBeGreaterThanOrEqual(4000);
    expect(gaps.at(-1)).toBeLessThanOrEqual(8050);
    expect([...gaps].sort((one, other) => one - other)).toEqual(gaps);
  });

  it("keeps to the best way while the shop is down", async () => {
    const lines = started();
    for (let failure = 0; failure < 6; failure += 1) {
      lines.line.on.closed({});
      await lines.clock.pass(10_000);
    }
    expect(lines.checks).toBeGreaterThan(2);
    expect(new Set(lines.lines.map(({ kind }) => kind))).toEqual(new Set(["socket"]));
  });

  it("takes the next way when the shop answers and the best way still does not open, and tries it again later", async () => {
    const lines = started();
    lines.reachability = "reachable";
    for (let failure = 0; failure < 3; failure += 1) {
      lines.line.on.closed({});
      await lines.clock.pass(2000);
    }
    expect(lines.lines.map(({ kind }) => kind)).toEqual(["socket", "socket", "socket", "stream"]);
    lines.begin();

    for (let second = 0; second < 300; second += 10) {
      await lines.clock.pass(10_000);
      lines.line.on.heard();
    }
    expect(lines.line.kind).toBe("socket");
    expect(lines.line.after).toBe("1.a");
  });

  it("gives up an attempt that neither opens nor fails", async () => {
    const lines = started();
    const stuck = lines.line;
    await lines.clock.pass(7000);
    expect(stuck.closed).toBe(true);
    expect(lines.lines.length).toBe(2);
  });

  it("comes back exactly when the server says so, however impatient the customer is", async () => {
    const lines = started();
    lines.begin();
    lines.line.on.closed({ afterMs: 5000 });
    lines.connection.wake();
    await lines.clock.pass(4990);
    expect(lines.lines.length).toBe(1);
    await lines.clock.pass(20);
    expect(lines.lines.length).toBe(2);
  });

  it("does not wait for its backoff when somebody looks at the page", async () => {
    const lines = started();
    for (let failure = 0; failure < 5; failure += 1) {
      lines.line.on.closed({});
      await lines.clock.pass(10_000);
    }
    lines.line.on.closed({});
    await lines.clock.pass(0);
    const { length } = lines.lines;
    lines.connection.wake();
    expect(lines.lines.length).toBe(length + 1);
  });

  it("leaves a line that has been silent for 35 seconds", async () => {
    const lines = started();
    lines.begin();
    const silent = lines.line;
    await lines.clock.pass(30_000);
    expect(silent).toMatchObject({ probes: 1, closed: false });
    await lines.clock.pass(10_500);
    expect(silent.closed).toBe(true);
    expect(lines.lines.length).toBe(2);
  });

  it("stays on a quiet line that answers", async () => {
    const lines = started();
    lines.begin();
    for (let second = 0; second < 600; second += 5) {
      const { probes } = lines.line;
      await lines.clock.pass(5000);
      if (lines.line.probes > probes) lines.line.on.heard();
    }
    expect(lines.lines.length).toBe(1);
    expect(lines.line.probes).toBeGreaterThan(10);
  });

  it("is offline while there is no network, and comes back at once when there is", () => {
    const lines = started();
    lines.begin();
    lines.connection.setOnline(false);
    expect(lines.connection.status.phase).toBe("offline");
    expect(lines.line.closed).toBe(true);
    lines.connection.setOnline(true);
    expect(lines.lines.length).toBe(2);
    expect(lines.line.after).toBe("1.a");
  });

  it("tries without a network when somebody insists: the browser may be wrong about it", async () => {
    const lines = started();
    lines.begin();
    lines.connection.setOnline(false);
    lines.connection.wake();
    expect(lines.lines.length).toBe(1);
    lines.connection.insist();
    expect(lines.lines.length).toBe(2);
    lines.line.on.closed({});
    expect(lines.connection.status.phase).toBe("offline");

    lines.connection.insist();
    lines.begin("2.a");
    expect(lines.connection.status.phase).toBe("live");
    lines.line.on.closed({});
    await lines.clock.pass(1000);
    expect(lines.lines.length).toBe(4);
  });

  it("is offline from the start where there is no network", () => {
    const lines = new FakeLines();
    lines.connection.setOnline(false);
    lines.connection.start(undefined);
    expect(lines.phases).toEqual(["offline"]);
  });

  it("does not hammer a server that lets it in and throws it out again", async () => {
    const lines = started();
    for (let round = 0; round < 200 && lines.clock.now() < 1_060_000; round += 1) {
      lines.begin();
      lines.line.on.closed({});
      const { length } = lines.lines;
      while (lines.lines.length === length) await lines.clock.pass(100);
    }
    expect(lines.lines.length).toBeLessThan(25);
  });

  it("stops and says so when the session does not count any more", async () => {
    const lines = started();
    lines.reachability = "signed_out";
    for (let failure = 0; failure < 2; failure += 1) {
      lines.line.on.closed({});
      await lines.clock.pass(2000);
    }
    expect(lines.signedOut).toBe(1);
    const { length } = lines.lines;
    await lines.clock.pass(60_000);
    expect(lines.lines.length).toBe(length);
  });

  it("remembers when it was last right", async () => {
    const lines = started();
    lines.begin();
    await lines.clock.pass(10_000);
    lines.line.on.heard();
    const heardAt = lines.clock.now();
    await lines.clock.pass(5000);
    lines.line.on.closed({});
    await lines.clock.pass(20_000);
    expect(lines.connection.status.confirmedAt).toBe(heardAt);
  });

  it("does not take a night's sleep for a live line", async () => {
    const lines = started();
    lines.begin();
    const heardAt = lines.clock.now();
    lines.clock.sleep(8 * 3_600_000);
    lines.connection.wake();
    expect(lines.connection.status).toMatchObject({ phase: "catching_up", confirmedAt: heardAt });
    lines.line.on.heard();
    expect(lines.connection.status).toMatchObject({ phase: "live", confirmedAt: lines.clock.now() });

    const answeredAt = lines.clock.now();
    lines.clock.sleep(8 * 3_600_000);
    await lines.clock.pass(60_000);
    expect(lines.phases.slice(-2)).toEqual(["catching_up", "connecting"]);
    expect(lines.connection.status.confirmedAt).toBe(answeredAt);
  });
});
