import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { EdgeError } from "../../../src/edge/edge_error.ts";
import { signingKeys } from "../../../src/edge/identity/signing_keys.ts";
import { remoteKeys, TokenVerifier } from "../../../src/edge/identity/token_verifier.ts";
import { ManualClock } from "../manual_clock.ts";
import { database } from "../open_edge.ts";

/** An identity provider on loopback whose keys a test changes. */
class Issuer implements AsyncDisposable {
  keys: JWK[] = [];
  fetched = 0;
  broken = false;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
      this.fetched++;
      return this.broken ? new Response("no", { status: 500 }) : Response.json({ keys: this.keys });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/keys`;
  }

  /** Publishes a new key, and signs with it from now on. */
  async rotate(alg: string, kid: string): Promise<(claims?: Readonly<Record<string, unknown>>) => Promise<string>> {
    const { privateKey, publicKey } = await generateKeyPair(alg);
    this.keys = [{ ...await exportJWK(publicKey), kid, alg }];
    return (claims = {}) =>
      new SignJWT({ iss: "https://id.example", aud: "shop", sub: "ann", exp: 4e9, roles: ["customer"], ...claims })
        .setProtectedHeader({ alg, kid }).sign(privateKey);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

async function verifierFor(issuer: Issuer, cooldownMs = 0): Promise<{ verifier: TokenVerifier; clock: ManualClock }> {
  const clock = new ManualClock();
  const { tokens: key } = await signingKeys({ databaseSecret: database.secret });
  const jwks = remoteKeys(issuer.url, { cooldownMs });
  const options = { key, jwks, issuer: "https://id.example", audience: "shop", clock, cacheSize: 10 };
  return { verifier: new TokenVerifier(options), clock };
}

async function codeOf(verifying: Promise<unknown>): Promise<string> {
  try {
    await verifying;
    return "ok";
  } catch (error) {
    if (error instanceof EdgeError) return error.code;
    throw error;
  }
}

describe("public keys of an issuer", () => {
  for (const alg of ["RS256", "ES256", "EdDSA"]) {
    it(`verify ${alg}`, async () => {
      await using issuer = new Issuer();
      const sign = await issuer.rotate(alg, "one");
      const { verifier } = await verifierFor(issuer);
      const { principal } = await verifier.verify(await sign({ roles: ["staff"], stores: ["main"] }));
      expect(principal).toEqual({ sub: "ann", roles: ["staff"], stores: ["main"] });
    });
  }

  it("rotate without a restart", async () => {
    await using issuer = new Issuer();
    const { verifier } = await verifierFor(issuer);
    const signOld = await issuer.rotate("ES256", "old");
    expect(await codeOf(verifier.verify(await signOld()))).toBe("ok");
    const signNew = await issuer.rotate("ES256", "new");
    expect(await codeOf(verifier.verify(await signNew()))).toBe("ok");
    expect(await codeOf(verifier.verify(await signOld({ jti: "another" })))).toBe("token_invalid");
  });

  it("that are withdrawn stop counting, for tokens too that were good before", async () => {
    await using issuer = new Issuer();
    const { verifier, clock } = await verifierFor(issuer);
    const signOld = await issuer.rotate("ES256", "old");
    const token = await signOld();
    await verifier.verify(token);
    expect(verifier.recall(token)).toBeDefined();
    clock.advance(300_000);
    expect(verifier.recall(token)).toBeUndefined();
  });

  it("are fetched once, whatever key ids are made up", async () => {
    await using issuer = new Issuer();
    const { verifier } = await verifierFor(issuer, 60_000);
    const sign = await issuer.rotate("ES256", "one");
    await verifier.verify(await sign());
    await using another = new Issuer();
    const forge = await another.rotate("ES256", "made-up");
    for (let guess = 0; guess < 20; guess++) {
      expect(await codeOf(verifier.verify(await forge({ jti: String(guess) })))).toBe("token_invalid");
    }
    expect(issuer.fetched).toBe(1);
  });

  it("that cannot be had leave it open whether a token counts", async () => {
    await using issuer = new Issuer();
    const sign = await issuer.rotate("ES256", "one");
    issuer.broken = true;
    const { verifier } = await verifierFor(issuer);
    expect(await codeOf(verifier.verify(await sign()))).toBe("keys_unavailable");
    issuer.broken = false;
    expect(await codeOf(verifier.verify(await sign()))).toBe("ok");
  });

  it("are not taken for a shared secret, nor another algorithm for an allowed one", async () => {
    await using issuer = new Issuer();
    const sign = await issuer.rotate("PS256", "one");
    const { verifier } = await verifierFor(issuer);
    expect(await codeOf(verifier.verify(await sign()))).toBe("token_invalid");
    const published = new TextEncoder().encode(JSON.stringify(issuer.keys[0]));
    const confused = new SignJWT({ iss: "https://id.example", aud: "shop", sub: "ann", exp: 4e9 })
      .setProtectedHeader({ alg: "HS256", kid: "one" });
    expect(await codeOf(verifier.verify(await confused.sign(published)))).toBe("token_invalid");
  });

  it("verify nothing for other issuers and audiences", async () => {
    await using issuer = new Issuer();
    const sign = await issuer.rotate("ES256", "one");
    const { verifier } = await verifierFor(issuer);
    for (const wrong of [{ iss: "vitrine" }, { iss: "https://other.example" }, { aud: "vitrine" }, { exp: 1 }]) {
      expect(await codeOf(verifier.verify(await sign(wrong)))).toMatch(/^token_/);
    }
  });
});
