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

  it("says what is missing and what makes no sense together beside what cannot be read", () => {
    expect(mistakesIn({ VITRINE_ENV: "production", PORT: "80a", NATS_CREDS_FILE: "/etc/shop.creds" })).toEqual([
      'PORT: "80a" is not a whole number from 0 to 65535',
      "JWT_SECRET or JWKS_URL: one of them is needed when VITRINE_ENV is production",
      "NATS_CREDS_FILE: is of no use without NATS_URL",
    ]);
    expect(mistakesIn({ VITRINE_ENV: "production", JWT_SECRET: "short" })).toEqual([
      "JWT_SECRET: what is given is shorter than 32 characters",
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
      "NATS_URL: what is given is not a list of addresses that begin with nats:// or tls://, with one login at most",
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

  it("reaches several servers of NATS with one login, and keeps events for a week", () => {
    expect(configFrom({}).nats).toBeUndefined();
    const url = "tls://shop:se%40cret:1@one:4222,nats://two";
    expect(configFrom({ NATS_URL: url, NATS_CA_FILE: "/etc/ca.pem" }).nats).toEqual({
      url,
      caFile: "/etc/ca.pem",
      replicas: 1,
      eventsMaxAgeMs: 7 * 86_400_000,
    });
    expect(configFrom({ NATS_URL: url, NATS_REPLICAS: "3", NATS_EVENTS_DAYS: "30" }).nats)
      .toMatchObject({ replicas: 3, eventsMaxAgeMs: 30 * 86_400_000 });
  });

  it("says which settings of NATS make no sense together", () => {
    expect(mistakesIn({ NATS_CREDS_FILE: "/etc/shop.creds" })).toEqual([
      "NATS_CREDS_FILE: is of no use without NATS_URL",
    ]);
    expect(mistakesIn({ NATS_URL: "nats://token@one", NATS_NKEY_FILE: "/etc/seed" })).toEqual([
      "NATS_URL and NATS_NKEY_FILE: only one of them may say how to log in",
    ]);
    expect(mistakesIn({ NATS_URL: "nats://one", NATS_REPLICAS: "2" })).toEqual([
      'NATS_REPLICAS: "2" is not one of 1, 3, 5',
    ]);
    for (const url of ["nats://a:x@one,nats://b:y@two", "http://one", "nats://one,", "nats://one/path", ","]) {
      expect([url, mistakesIn({ NATS_URL: url }).length]).toEqual([url, url === "nats://one," ? 0 : 1]);
    }
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
