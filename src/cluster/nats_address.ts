/** Where the NATS servers are and how a URL says to log in. */
export interface NatsAddress {
  /** `host:port` each. */
  readonly servers: readonly string[];
  /** One of the servers was given with `tls://`. */
  readonly tls: boolean;
  /** A user's name and password, or a token alone. */
  readonly login?: { readonly user: string; readonly password: string } | { readonly token: string };
}

const DEFAULT_PORT = "4222";
const PROTOCOLS = ["nats:", "tls:"];

/**
 * Reads servers separated by commas: `nats://shop:secret@one:4222,nats://two:4222`. Whoever is named in one of them logs
 * in to all of them; undefined when it cannot be read, or names two.
 */
export function natsAddress(text: string): NatsAddress | undefined {
  const urls = text.split(",").map((part) => part.trim()).filter((part) => part !== "").map(serverUrl);
  if (urls.length === 0 || urls.includes(undefined)) return undefined;

  const known = urls.filter((url) => url !== undefined);
  const logins = new Set(
    known.filter(({ username }) => username !== "").map((url) => `${url.username}:${url.password}`),
  );
  const [login] = logins;
  if (logins.size > 1 || (login !== undefined && !isDecodable(login))) return undefined;
  return {
    servers: known.map(({ hostname, port }) => `${hostname}:${port === "" ? DEFAULT_PORT : port}`),
    tls: known.some(({ protocol }) => protocol === "tls:"),
    ...(login !== undefined && { login: loginOf(login) }),
  };
}

function serverUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isServer = PROTOCOLS.includes(url.protocol) && url.hostname !== "" && ["", "/"].includes(url.pathname);
  return isServer ? url : undefined;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** A colon within the name or the password is encoded. */
function loginOf(text: string): NonNullable<NatsAddress["login"]> {
  const [user = "", password = ""] = text.split(":").map(decodeURIComponent);
  return password === "" ? { token: user } : { user, password };
}
