import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ActorError } from "../../actors/runtime/errors.ts";
import { jsonLog, type LogLevel } from "../../src/log/json_log.ts";

const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl";

function listening(level: LogLevel = "info"): {
  readonly log: ReturnType<typeof jsonLog>;
  readonly lines: string[];
} {
  const lines: string[] = [];
  return { log: jsonLog({ level, write: (line) => void lines.push(line), now: () => 0 }), lines };
}

describe("the log", () => {
  it("says one JSON object a line: when, how bad, what, and the rest", () => {
    const { log, lines } = listening();
    log.warn("letter_late", { letter: "l1", text: "two\nlines" });
    expect(lines.length).toBe(1);
    expect(lines[0]).not.toContain("\n");
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      time: "1970-01-01T00:00:00.000Z",
      level: "warn",
      event: "letter_late",
      letter: "l1",
      text: "two\nlines",
    });
  });

  for (
    const [level, said] of [
      ["info", ["info", "warn", "error"]],
      ["warn", ["warn", "error"]],
      ["error", ["error"]],
      ["silent", []],
    ] as const
  ) {
    it(`says ${said.join(", ") || "nothing"} at level ${level}`, () => {
      const { log, lines } = listening(level);
      log.info("it");
      log.warn("it");
      log.error("it");
      expect(lines.map((line) => JSON.parse(line).level)).toEqual(said);
    });
  }

  it("spells errors out, with code and causes", () => {
    const { log, lines } = listening();
    const cause = new TypeError("broken wire");
    log.error("request_failed", { error: new ActorError("unavailable", "retry", "Cannot ask", { cause }) });
    const { error } = JSON.parse(lines[0] ?? "");
    expect(error).toMatchObject({
      name: "ActorError",
      code: "unavailable",
      message: "Cannot ask",
      cause: { name: "TypeError", message: "broken wire" },
    });
    expect(error.stack).toContain("json_log_test.ts");
  });

  it("never shows a token, whatever it is called and wherever it stands", () => {
    const { log, lines } = listening();
    log.info("asked", {
      url: `https://shop.example/sse/storefront?ticket=${TOKEN}&after=1.x`,
      header: `Bearer ${TOKEN}`,
      nested: { list: [`bearer.${TOKEN}`] },
      error: new Error(`Cannot read "${TOKEN}"`),
      authorization: "Basic dXNlcjpwYXNz",
      sessionToken: "opaque",
      cookie: "vitrine_session=opaque",
    });
    const line = lines[0] ?? "";
    for (const secret of [TOKEN, "c2lnbmF0dXJl", "dXNlcjpwYXNz", "opaque"]) expect(line).not.toContain(secret);
    expect(line).toContain("ticket=[token]&after=1.x");
  });

  it("never shows the password of an address", () => {
    const { log, lines } = listening();
    log.error("store_away", { error: new Error("Cannot reach postgres://vitrine:hunter2@db:5432/shop") });
    expect(lines[0]).not.toContain("hunter2");
    expect(lines[0]).toContain("postgres://vitrine:[hidden]@db:5432/shop");
  });

  it("does not let what is said pass for something else", () => {
    const { log, lines } = listening();
    log.info("asked", { level: "error", event: "other", time: "never" });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "info", event: "asked" });
  });

  it("goes on when something cannot be written", () => {
    const { log, lines } = listening();
    const ring: Record<string, unknown> = {};
    ring.ring = ring;
    log.error("odd", { ring, count: 1n });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ event: "odd", unwritable: ["ring", "count"] });
  });
});
