import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { peerName } from "../../../src/edge/streams/peer_name.ts";

describe("a peer's name", () => {
  it("is the same however its address is written", () => {
    const names = [
      ["192.0.2.7", "192.0.2.7:80"],
      ["::ffff:192.0.2.7", "192.0.2.7:80"],
      ["::FFFF:192.0.2.7", "192.0.2.7:80"],
      ["::1", "[::1]:80"],
      ["0:0:0:0:0:0:0:1", "[::1]:80"],
      ["2001:DB8:0:0:1:0:0:1", "[2001:db8::1:0:0:1]:80"],
      ["fe80::1421:30ff:fe1d:dd83", "[fe80::1421:30ff:fe1d:dd83]:80"],
    ] as const;
    expect(names.map(([hostname]) => peerName(hostname, 80))).toEqual(names.map(([, name]) => name));
  });

  it("is different for different ports, and some name for whatever is no address", () => {
    expect(peerName("192.0.2.7", 1)).not.toBe(peerName("192.0.2.7", 11));
    expect(peerName("fe80::1%eth0", 80)).toBe("[fe80::1%eth0]:80");
  });
});
