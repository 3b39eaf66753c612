import type { Api } from "./api.ts";
import { Token } from "./shapes_of_answers.ts";

/** Signs somebody in as a developer can. */
export async function tokenFor(
  api: Api,
  claims: {
    readonly sub: string;
    readonly roles?: readonly string[];
    readonly stores?: readonly string[];
    readonly ttlSeconds?: number;
  },
): Promise<string> {
  return (await api.post("/dev/token", { body: claims })).as(Token).token;
}

export function adminToken(api: Api): Promise<string> {
  return tokenFor(api, { sub: "the-admin", roles: ["admin"] });
}

export function staffToken(api: Api): Promise<string> {
  return tokenFor(api, { sub: "the-staff", roles: ["staff"], stores: ["main"] });
}
