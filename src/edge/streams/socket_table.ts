import type { Retransmitting } from "./dead_peers.ts";
import { type PeerName, peerName } from "./peer_name.ts";

/** Where Linux lists the TCP connections of this process's network, one a line: those of IPv4, those of IPv6. */
export const SOCKET_TABLES: readonly string[] = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];

/** Stands in the first line of each table. */
export const HEADING = " local_address ";

/**
 * What `grep` finds connections of a local port by that are established, wait for an acknowledgement (timer 1) and have
 * sent the same again for want of it: `… 0107CB0A:487B 0207CB0A:DDF8 01 0000000A:00000000 01:0000006D 00000003 …`.
 * A peer that acknowledges and reads nothing has another timer.
 */
export function retransmittingPattern(port: number): string {
  const hex = "[0-9A-F]*";
  const local = port.toString(16).toUpperCase().padStart(4, "0");
  return `: ${hex}:${local} ${hex}:${hex} 01 ${hex}:${hex} 01:${hex} 0*[1-9A-F]`;
}

/** The connections in rows of a table, retransmitting or not; whatever else is among the rows is passed over. */
export function connectionsIn(rows: string): readonly Retransmitting[] {
  return rows.split("\n").flatMap((row) => {
    const [, , remote = "", , , , times = "", , , socket] = row.trim().split(/\s+/);
    const [, address, port] = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(remote) ?? [];
    if (address === undefined || port === undefined || socket === undefined) return [];
    return [{ peer: nameOf(address, parseInt(port, 16)), socket, times: parseInt(times, 16) }];
  });
}

/** The kernel writes an address as numbers of 32 bits, each with its last byte first. */
function nameOf(address: string, port: number): PeerName {
  const bytes = (address.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed());
  if (bytes.length === 4) return peerName(dotted(bytes), port);
  if (bytes.slice(0, 12).join("") === "0".repeat(20) + "FFFF") return peerName(dotted(bytes.slice(12)), port);
  return peerName(bytes.join("").replaceAll(/.{4}(?!$)/g, "$&:"), port);
}

function dotted(bytes: readonly string[]): string {
  return bytes.map((byte) => parseInt(byte, 16)).join(".");
}
