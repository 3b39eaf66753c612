import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "@nats-io/transport-node";
import type { NatsAddress } from "./nats_address.ts";

export interface LoginFiles {
  readonly credsFile?: string;
  readonly nkeyFile?: string;
}

/** How to log in; nothing where neither the address nor a file says it. */
export async function loginOf({ login }: NatsAddress, settings: LoginFiles): Promise<Authenticator[]> {
  const found: Authenticator[] = [];
  if (login !== undefined) {
    found.push(
      "token" in login ? tokenAuthenticator(login.token) : usernamePasswordAuthenticator(login.user, login.password),
    );
  }
  const { nkeyFile, credsFile } = settings;
  if (nkeyFile !== undefined) found.push(await nkeyOf(nkeyFile));
  if (credsFile !== undefined) found.push(await credsOf(credsFile));
  return found;
}

async function nkeyOf(path: string): Promise<Authenticator> {
  const seed = new TextEncoder().encode((await readable(path)).trim());
  return usable(nkeyAuthenticator(seed), path);
}

/** The file may be renewed at any time; while it cannot be read, what it held at first has to do. */
async function credsOf(path: string): Promise<Authenticator> {
  const first = usable(credsAuthenticator(new TextEncoder().encode(await readable(path))), path);
  const renewed = credsAuthenticator(() => Deno.readFileSync(path));
  return (nonce) => {
    try {
      return renewed(nonce);
    } catch {
      return first(nonce);
    }
  };
}

/** An authenticator that throws would end the connection for good. */
function usable(authenticator: Authenticator, path: string): Authenticator {
  try {
    authenticator("nonce");
    return authenticator;
  } catch {
    // The error could quote what it has read.
    throw new Error(`Cannot log in to NATS with "${path}": it holds no usable credentials`);
  }
}

/** @throws an error that names the file. */
export async function readable(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(`Cannot read "${path}" to connect to NATS`, { cause: error });
  }
}
