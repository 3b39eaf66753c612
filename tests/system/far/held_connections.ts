import { connectionsIn } from "../../../src/edge/streams/socket_table.ts";
import type { Retransmitting } from "../../../src/edge/streams/dead_peers.ts";

/** The connections to an IPv4 address that a process holds descriptors of, as the kernel sees them. */
export async function heldConnections(pid: number, address: string): Promise<readonly Retransmitting[]> {
  const held = new Set<string>();
  for await (const { name } of Deno.readDir(`/proc/${pid}/fd`)) {
    const target = await Deno.readLink(`/proc/${pid}/fd/${name}`).catch(() => "");
    held.add(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? "");
  }
  const connections = connectionsIn(await Deno.readTextFile("/proc/self/net/tcp"));
  return connections.filter(({ peer, socket }) => peer.startsWith(`${address}:`) && held.has(socket));
}
