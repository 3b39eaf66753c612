import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { connectionsIn, retransmittingPattern } from "../../../src/edge/streams/socket_table.ts";

const IPV4_HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                     ";
const IPV6_HEAD =
  "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

interface Row {
  readonly local?: string;
  readonly remote?: string;
  readonly state?: string;
  readonly timer?: string;
  readonly retransmits?: string;
  readonly inode?: string;
}

/** A row as Linux writes it; by itself one of port 18555 that is retransmitting. */
function row(
  {
    local = "0107CB0A:487B",
    remote = "0207CB0A:DDF8",
    state = "01",
    timer = "01:0000006D",
    retransmits = "00000003",
    inode = "43737",
  }: Row = {},
): string {
  const queues = "0000000A:00000000";
  return ` 540: ${local} ${remote} ${state} ${queues} ${timer} ${retransmits}     0        0 ${inode} 2 00000000072bfa93 163 4 31 1 -1   `;
}

function peersIn(...rows: readonly string[]): readonly string[] {
  return connectionsIn([IPV4_HEAD, IPV6_HEAD, ...rows, ""].join("\n")).map(({ peer }) => peer);
}

describe("a row of the kernel's table of connections", () => {
  it("says who is there, how often in a row it was sent the same, and which socket it is", () => {
    expect(connectionsIn(row({ retransmits: "0000000B" }))).toEqual([
      { peer: "10.203.7.2:56824", socket: "43737", times: 11 },
    ]);
  });

  it("has addresses of either kind, an IPv4 address in IPv6 being one of IPv4", () => {
    const rows = [
      ["0100007F:AF30", "127.0.0.1:44848"],
      ["0000000000000000FFFF00000100007F:AF30", "127.0.0.1:44848"],
      ["00000000000000000000000001000000:E04A", "[::1]:57418"],
      ["070000FD000000000000000001000000:EA28", "[fd00:7::1]:59944"],
      ["000080FE00000000FF30211483DD1DFE:A240", "[fe80::1421:30ff:fe1d:dd83]:41536"],
      ["B80D0120000001000000000004030201:0050", "[2001:db8:1:0:0:0:102:304]:80"],
    ] as const;
    const shortened = "[2001:db8:1::102:304]:80";
    expect(peersIn(...rows.map(([remote]) => row({ remote })))).toEqual([
      ...rows.slice(0, -1).map(([, peer]) => peer),
      shortened,
    ]);
  });

  it("is passed over when it is none", () => {
    expect(peersIn("", "grep: what", row().slice(0, 60))).toEqual([]);
  });
});

describe("the pattern of connections that are retransmitting", () => {
  it("finds them, of one port, established, and no others", () => {
    const matches = (line: string): boolean => new RegExp(retransmittingPattern(18_555)).test(line);
    expect(matches(row())).toBe(true);
    expect(matches(row({ retransmits: "0000000A" }))).toBe(true);
    expect(matches(row({ local: "0000000000000000FFFF00000107CB0A:487B" }))).toBe(true);
    const others: readonly Row[] = [
      { local: "0107CB0A:487C" },
      { local: "0107CB0A:1F90", remote: "0207CB0A:487B" },
      { state: "04" },
      { state: "0A" },
      { timer: "00:00000000" },
      { timer: "02:0000006D" },
      { timer: "04:0000006D" },
      { retransmits: "00000000" },
    ];
    expect(others.filter((other) => matches(row(other)))).toEqual([]);
    expect(matches(IPV4_HEAD) || matches(IPV6_HEAD)).toBe(false);
  });
});
