/** The other end of a connection, in one spelling: `192.0.2.1:50000`, `[2001:db8::1]:50000`. */
export type PeerName = string;

export const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Names a peer by its address and port. An IPv4 address within IPv6 is the IPv4 address. */
export function peerName(hostname: string, port: number): PeerName {
  const address = IPV4_IN_IPV6.exec(hostname)?.[1] ?? hostname;
  if (!address.includes(":")) return `${address}:${port}`;
  return `${URL.parse(`http://[${address}]`)?.hostname ?? `[${address}]`}:${port}`;
}
