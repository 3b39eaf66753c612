import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { type FakeTab, FakeTabs } from "./fake_tabs.ts";
import { settle } from "./virtual_clock.ts";

/** A browser with that many tabs, all of them in step. */
async function browserWith(count: number): Promise<{ readonly browser: FakeTabs; readonly tabs: readonly FakeTab[] }> {
  const browser = new FakeTabs();
  const tabs: FakeTab[] = [];
  for (let index = 0; index < count; index += 1) tabs.push(await browser.open(`tab ${index}`));
  return { browser, tabs };
}

function facts(tab: FakeTab | undefined): readonly string[] {
  return tab?.log.filter((entry) => entry.startsWith("fact")) ?? [];
}

describe("tabs of one browser", () => {
  it("share one connection, also the seventh, and see the same", async () => {
    const { browser, tabs } = await browserWith(7);
    for (const name of ["fact 1", "fact 2", "fact 3"]) browser.fact(name);
    await settle();
    expect(browser.connections).toBe(1);
    for (const tab of tabs) expect(new Set(facts(tab))).toEqual(new Set(["fact 1", "fact 2", "fact 3"]));
  });

  it("know at once where the others are", async () => {
    const { browser, tabs: [leader] } = await browserWith(1);
    browser.fact("fact 1");
    const late = await browser.open("late");
    expect(late.log).toContain("opened");
    expect(late.log).toContain("live");
    browser.fact("fact 2");
    await settle();
    expect(facts(late)).toEqual(["fact 2"]);
    expect(facts(leader)).toContain("fact 2");
  });

  it("go on from the shared cursor when the leader is closed, and miss nothing in between", async () => {
    const { browser, tabs: [leader, second, third] } = await browserWith(3);
    if (leader === undefined) throw new Error("Cannot close a leader: there is none");
    browser.fact("fact 1");
    await settle();
    const closing = browser.close(leader);
    browser.fact("fact 2");
    await closing;
    browser.fact("fact 3");
    await settle();
    for (const tab of [second, third]) {
      expect(facts(tab).filter((fact) => fact !== "fact 1")).toEqual(["fact 2", "fact 3"]);
      expect(tab?.log.filter((entry) => entry === "opened").length).toBe(1);
    }
    expect(browser.connections).toBe(1);
  });

  it("take the lead from a tab that has been put to sleep with the lock in its hands", async () => {
    const { browser, tabs: [leader, second] } = await browserWith(2);
    if (leader === undefined || second === undefined) throw new Error("Cannot freeze a leader: there is none");
    leader.frozen = true;
    browser.fact("fact 1");
    second.feed.wake();
    await browser.clock.pass(4000);
    expect(second.leads).toBe(true);
    expect(facts(second)).toContain("fact 1");
  });

  it("try to take it again when the browser does not give it", async () => {
    const { browser, tabs: [leader, second] } = await browserWith(2);
    if (leader === undefined || second === undefined) throw new Error("Cannot freeze a leader: there is none");
    leader.frozen = true;
    browser.withholdsLocks = true;
    second.feed.wake();
    await browser.clock.pass(4000);
    expect(second.leads).toBe(false);
    browser.withholdsLocks = false;
    await browser.clock.pass(40_000);
    expect(second.leads).toBe(true);
  });

  it("leave a sleeping leader alone while nobody looks", async () => {
    const { browser, tabs: [leader, second] } = await browserWith(2);
    if (leader === undefined || second === undefined) throw new Error("Cannot freeze a leader: there is none");
    leader.frozen = true;
    second.visible = false;
    await browser.clock.pass(600_000);
    expect(second.leads).toBe(false);
    second.visible = true;
    await browser.clock.pass(40_000);
    expect(second.leads).toBe(true);
  });

  it("find back into step after missing a message", async () => {
    const { browser, tabs: [, second] } = await browserWith(2);
    if (second === undefined) throw new Error("Cannot freeze a tab: there is none");
    second.frozen = true;
    browser.fact("fact 1");
    await settle();
    second.frozen = false;
    browser.fact("fact 2");
    await settle();
    expect(second.log.filter((entry) => entry === "opened").length).toBe(2);
    browser.fact("fact 3");
    await settle();
    expect(facts(second)).toContain("fact 3");
  });

  it("say that they are not connected when the lead passes on while nobody gets through", async () => {
    const { browser, tabs: [leader, second, third] } = await browserWith(3);
    if (leader === undefined) throw new Error("Cannot close a leader: there is none");
    browser.down = true;
    await browser.close(leader);
    await browser.clock.pass(60_000);
    for (const tab of [second, third]) expect(tab?.words.at(-1)).toBe("Reconnecting…");
    await browser.clock.pass(1_800_000);
    browser.down = false;
    await browser.clock.pass(10_000);
    for (const tab of [second, third]) expect(tab?.words.at(-1)).toBe("Live");
  });

  it("are not out of date when the lead passes on, however long they have been open", async () => {
    const { browser, tabs: [leader, second] } = await browserWith(2);
    if (leader === undefined || second === undefined) throw new Error("Cannot close a leader: there is none");
    second.visible = false;
    await browser.clock.pass(3 * 3_600_000);
    await browser.close(leader);
    expect(second.words.at(-1)).toBe("Live");
    expect(second.words).not.toContain("Out of date");
  });

  it("are as old as the last word of a leader that sleeps", async () => {
    const { browser, tabs: [leader, second] } = await browserWith(2);
    if (leader === undefined || second === undefined) throw new Error("Cannot freeze a leader: there is none");
    const heardAt = browser.clock.now();
    leader.frozen = true;
    browser.down = true;
    browser.clock.sleep(3_600_000);
    second.feed.wake();
    await browser.clock.pass(4000);
    expect(second.words.at(-1)).toBe("Out of date");
    expect(second.feed.status.confirmedAt).toBe(heardAt);
  });

  it("hurry the one that leads when somebody wants to know now in another", async () => {
    const { tabs: [leader, second] } = await browserWith(2);
    if (leader === undefined || second === undefined) throw new Error("Cannot hurry a leader: there is none");
    leader.feed.setOnline(false);
    await settle();
    expect(second.words.at(-1)).toBe("Offline");
    second.feed.insist();
    await settle();
    for (const tab of [leader, second]) expect(tab.words.at(-1)).toBe("Live");
  });
});
