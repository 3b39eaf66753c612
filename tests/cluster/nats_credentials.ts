import { nkeys } from "@nats-io/transport-node";

type Keys = ReturnType<typeof nkeys.createUser>;

export interface Credentials {
  /** Lines of a server's configuration that trust them. */
  readonly config: string;
  /** A `.creds` file's content. */
  readonly creds: string;
}

/** An operator, its account and a user of that, each vouched for by the one before. */
export function makeCredentials(): Credentials {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()];
  const operatorToken = token(operator, { subject: operator, type: "operator" });
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const accountToken = token(operator, { subject: account, type: "account", limits });
  const userToken = token(account, { subject: user, type: "user", subs: -1, data: -1, payload: -1 });
  const seed = new TextDecoder().decode(user.getSeed());
  return {
    config: [
      `operator: ${operatorToken}`,
      "resolver: MEMORY",
      `resolver_preload: { ${account.getPublicKey()}: ${accountToken} }`,
    ].join("\n"),
    creds: [
      "-----BEGIN NATS USER JWT-----",
      userToken,
      "------END NATS USER JWT------",
      "",
      "-----BEGIN USER NKEY SEED-----",
      seed,
      "------END USER NKEY SEED------",
      "",
    ].join("\n"),
  };
}

function token(
  issuer: Keys,
  { subject, ...nats }: { readonly subject: Keys; readonly type: string; readonly [claim: string]: unknown },
): string {
  const claims = {
    jti: crypto.randomUUID(),
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name: nats.type,
    nats: { ...nats, version: 2 },
  };
  const signed = [{ typ: "JWT", alg: "ed25519-nkey" }, claims].map((part) => base64url(JSON.stringify(part))).join(".");
  return `${signed}.${base64url(issuer.sign(new TextEncoder().encode(signed)))}`;
}

function base64url(content: string | Uint8Array): string {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
