import { expect } from "@std/expect";
import { SignJWT, UnsecuredJWT } from "jose";
import { until } from "../../harness/until.ts";
import { tokenFor } from "../client/people.ts";
import type { Shop } from "../client/shop.ts";
import { Shopper } from "../client/shopper.ts";
import { SocketLine } from "../client/socket_line.ts";

/** None is let in, whatever way it is shown. */
export async function badTokensAreRefused({ api }: Shop): Promise<void> {
  const { token, customerId } = await Shopper.arrive(api);
  const [header = "", payload = "", signature = ""] = token.split(".");
  const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
  const forged = await new SignJWT({ ...claims, roles: ["admin"] }).setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode("a secret that is nobody's, of thirty-two letters"));
  const promoted = btoa(JSON.stringify({ ...claims, roles: ["admin"] })).replaceAll("=", "");
  const tokens: Readonly<Record<string, string>> = {
    empty: "",
    noise: "\u00ff\u00fe".repeat(10),
    "two parts": `${header}.${payload}`,
    "alg none": new UnsecuredJWT(claims).encode(),
    "alg none with a signature": `${new UnsecuredJWT(claims).encode()}${signature}`,
    "another signature": `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
    "other claims under the signature": `${header}.${promoted}.${signature}`,
    "another secret": forged,
    "without end": "a".repeat(8000),
  };
  for (const [what, bad] of Object.entries(tokens)) {
    const answers = [
      await api.post("/api/carts", { token: bad, body: {} }),
      await api.call("/api/account/view", { headers: { cookie: `vitrine_session=${encodeURI(bad)}` } }),
      await api.call("/sse/storefront", { token: bad }),
      await api.call("/api/changes?channel=customer", { token: bad }),
      await api.call(`/sse/storefront?ticket=${encodeURIComponent(bad)}`),
    ];
    expect({ what, statuses: answers.map(({ status }) => status) }).toEqual({
      what,
      statuses: [401, 401, 401, 401, 401],
    });
    for (const answer of answers) answer.problem(401, "token_invalid");
    const protocol = encodeURIComponent(bad);
    await expect(SocketLine.open(`${api.url}/ws`, { token: protocol === "" ? "x" : protocol })).rejects.toThrow();
  }
  await expect(SocketLine.open(`${api.url}/ws`)).rejects.toThrow();
  (await api.call(`/sse/storefront?ticket=${token}`)).problem(401, "token_invalid");
  (await api.call(`/api/account/view?token=${token}`)).problem(401, "unauthenticated");
  expect((await api.call(`/api/carts/${customerId}/view`, { token })).status).toBe(200);
}

export async function tokensExpire({ api }: Shop): Promise<void> {
  const token = await tokenFor(api, { sub: "for-a-moment", ttlSeconds: 3 });
  const view = () => api.call("/api/account/view", { token });
  expect((await view()).status).toBe(200);
  await until(async () => (await view()).status === 401, { what: () => "a token to expire" });
  (await view()).problem(401, "token_expired");
}
