import type { NatsConfig } from "./nats_config.ts";
import { type LoginFiles, loginOf } from "./nats_login.ts";

type Files = Pick<NatsConfig, "credsFile" | "nkeyFile" | "caFile">;

const NO_LOGIN = { servers: [], tls: false };

/** Which file that NATS needs cannot be used; undefined when all of them can. Says nothing of what is in it. */
export async function natsFileMistake({ credsFile, nkeyFile, caFile }: Files = {}): Promise<string | undefined> {
  const files = Object.entries({ NATS_CREDS_FILE: credsFile, NATS_NKEY_FILE: nkeyFile, NATS_CA_FILE: caFile });
  for (const [variable, path] of files) {
    if (path !== undefined && !await isReadable(path)) return `${variable}: "${path}" cannot be read`;
  }
  if (!await isLogin({ credsFile })) return `NATS_CREDS_FILE: "${credsFile}" holds no usable credentials`;
  if (!await isLogin({ nkeyFile })) return `NATS_NKEY_FILE: "${nkeyFile}" holds no usable credentials`;
  return undefined;
}

function isReadable(path: string): Promise<boolean> {
  return Deno.readFile(path).then(() => true, () => false);
}

function isLogin(file: LoginFiles): Promise<boolean> {
  return loginOf(NO_LOGIN, file).then(() => true, () => false);
}
