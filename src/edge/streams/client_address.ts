import type { Context } from "hono";
import { IPV4_IN_IPV6, type PeerName, peerName } from "./peer_name.ts";
import type { ResponseInfo } from "./sse_connection.ts";

/** What `Deno.serve` knows of a request beside the request. */
export interface StreamEnv {
  readonly Bindings: ResponseInfo & { readonly remoteAddr?: Deno.Addr };
}

export type StreamContext = Context<StreamEnv>;

const THIS_MACHINE = /^(127\.|::1$|::ffff:127\.)/;

/** What is known of where a request comes from. */
export interface Arrival {
  readonly req: { header(name: string): string | undefined };
  readonly env?: { readonly remoteAddr?: Deno.Addr };
}

/**
 * Where a client is, of IPv6 the network, since whoever has one address there has 2^64; undefined for this machine
 * itself: a proxy that tells nothing of its clients, or a test.
 */
export function clientAddress(c: Arrival, trustProxy: boolean): string | undefined {
  const forwarded = trustProxy ? c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  const remote = c.env?.remoteAddr;
  const address = forwarded ?? (remote !== undefined && "hostname" in remote ? remote.hostname : undefined);
  return address === undefined || THIS_MACHINE.test(address) ? undefined : networkOf(address);
}

function networkOf(address: string): string {
  if (!address.includes(":") || IPV4_IN_IPV6.test(address)) return address;
  const [front = "", back] = address.toLowerCase().split("::");
  const [first, last] = [front, back ?? ""].map((groups) => groups === "" ? [] : groups.split(":"));
  const zeros = back === undefined ? 0 : Math.max(0, 8 - (first?.length ?? 0) - (last?.length ?? 0));
  const groups = [...first ?? [], ...Array.from({ length: zeros }, () => "0"), ...last ?? []];
  return `${groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}

/** Who is at the other end of this connection: the client, or a proxy before it. */
export function peerOf(c: StreamContext): PeerName | undefined {
  const remote = c.env?.remoteAddr;
  return remote !== undefined && "hostname" in remote ? peerName(remote.hostname, remote.port) : undefined;
}
