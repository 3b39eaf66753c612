import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { type Config, readConfig } from "../src/config.ts";

type Environment = Readonly<Record<string, string | undefined>>;

function configFrom(env: Environment): Config {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.mistakes.join("\n"));
  return read.config;
}

function mistakesIn(env: Environment): readonly string[] {
  const read = readConfig(env);
  return read.ok ? [] : read.mistakes;
}

describe("the configuration", () => {
  it("is one node on the embedded default when nothing is said", () => {
    const config = configFrom({});
    expect(config).toMatchObject({ host: "127.0.0.1", port: 8080, dataDir: "./data", production: false });
    expect(config.databaseUrl).toBeUndefined();
    expect(config.rate).toBeUndefined();
  });

  it("takes an empty variable for an absent one", () => {
    expect(configFrom({ PORT: "", DATABASE_URL: "" })).toMatchObject({ port: 8080, databaseUrl: undefined });
  });

  it("says every mistake in one line that names the variable and the value", () => {
    expect(mistakesIn({ PORT: "80a", LOG_LEVEL: "loud", ALLOWED_ORIGINS: "https://a.example,b", TRUST_PROXY: "yes" }))
      .toEqual([
        'PORT: "80a" is not a whole number from 0 to 65535',
        'LOG_LEVEL: "loud" is not one of info, warn, error, silent',
        'ALLOWED_ORIGINS: "https://a.example,b" is not a list of origins such as https://shop.example',
        'TRUST_PROXY: "yes" is not one of true, false',
      ]);
  });

  it("never shows what may be a secret", () => {
    const mistakes = mistakesIn({
      JWT_SECRET: "hunter2",
      DATABASE_URL: "mysql://root:hunter2@db",
      NATS_URL: "hunter2",
    });
    expect(mistakes).toEqual([
      "DATABASE_URL: what is given is not an address that begins with postgres:// or postgresql://",
      "NATS_URL: what is given is not an address that begins with nats:// or tls://",
      "JWT_SECRET: what is given is shorter than 32 characters",
    ]);
  });

  it("refuses to run in production on keys that it made itself", () => {
    expect(mistakesIn({ VITRINE_ENV: "production" })).toEqual([
      "JWT_SECRET or JWKS_URL: one of them is needed when VITRINE_ENV is production",
    ]);
    expect(mistakesIn({ VITRINE_ENV: "production", JWT_SECRET: "s".repeat(32) })).toEqual([]);
    expect(mistakesIn({ VITRINE_ENV: "production", JWKS_URL: "https://id.example/keys" })).toEqual([]);
  });

  it("limits requests in production, and elsewhere when told to", () => {
    expect(configFrom({ VITRINE_ENV: "production", JWT_SECRET: "s".repeat(32) }).rate?.perSecond).toBeGreaterThan(0);
    expect(configFrom({ RATE_PER_SECOND: "5", RATE_BURST: "9" }).rate).toEqual({ perSecond: 5, burst: 9 });
    expect(configFrom({ VITRINE_ENV: "production", JWT_SECRET: "s".repeat(32), RATE_PER_SECOND: "0" }).rate)
      .toBeUndefined();
  });

  for (const port of ["-1", "65536", "8080.5", "1e3", " 80", "0x50", "99999999999"]) {
    it(`does not take ${port} for a port`, () => {
      expect(mistakesIn({ PORT: port })).toEqual([`PORT: "${port}" is not a whole number from 0 to 65535`]);
    });
  }
});
