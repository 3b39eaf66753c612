import type { Context } from "hono";
import { type PeerName, peerName } from "./peer_name.ts";
import type { ResponseInfo } from "./sse_connection.ts";

/** What `Deno.serve` knows of a request beside the request. */
export interface StreamEnv {
  readonly Bindings: ResponseInfo & { readonly remoteAddr?: Deno.Addr };
}

export type StreamContext = Context<StreamEnv>;

const THIS_MACHINE = /^(127\.|::1$|::ffff:127\.)/;

/** Where a client is; undefined for this machine itself: a proxy that tells nothing of its clients, or a test. */
export function clientAddress(c: StreamContext, trustProxy: boolean): string | undefined {
  const forwarded = trustProxy ? c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  const remote = c.env?.remoteAddr;
  const address = forwarded ?? (remote !== undefined && "hostname" in remote ? remote.hostname : undefined);
  return address === undefined || THIS_MACHINE.test(address) ? undefined : address;
}

/** Who is at the other end of this connection: the client, or a proxy before it. */
export function peerOf(c: StreamContext): PeerName | undefined {
  const remote = c.env?.remoteAddr;
  return remote !== undefined && "hostname" in remote ? peerName(remote.hostname, remote.port) : undefined;
}
