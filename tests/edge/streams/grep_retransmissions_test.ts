import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { grepRetransmissions } from "../../../src/edge/streams/grep_retransmissions.ts";
import { peerName } from "../../../src/edge/streams/peer_name.ts";
import { connectionsIn } from "../../../src/edge/streams/socket_table.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const LISTENING =
  "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 120 1 0 100\n";
const SILENT =
  "   1: 0107CB0A:1F90 0207CB0A:DDF8 01 0000000A:00000000 01:0000006D 0000000C     0        0 437 2 0 163\n";
const ANOTHERS =
  "   2: 0107CB0A:1F91 0207CB0A:DDF9 01 0000000A:00000000 01:0000006D 0000000C     0        0 438 2 0 163\n";

async function tableOf(...rows: readonly string[]): Promise<string> {
  const path = await Deno.makeTempFile({ prefix: "vitrine-sockets-" });
  await Deno.writeTextFile(path, rows.join(""));
  return path;
}

/** What a look says in a process with these permissions. */
async function lookWith(permissions: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const script = new URL("look_once.ts", import.meta.url).pathname;
  const args = ["run", "--quiet", "--no-check", ...permissions, script];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env, stdin: "null" }).output();
  const text = new TextDecoder().decode(stdout);
  if (text === "") throw new Error(`Cannot look: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(text);
}

describe("a look into the tables of connections", () => {
  it("finds those of our port that are retransmitting", async () => {
    const [one, other] = [await tableOf(HEAD, LISTENING, ANOTHERS), await tableOf(HEAD, SILENT)];
    const look = await grepRetransmissions({ port: 8080, tables: [one, other] }).look();
    expect(look).toEqual({
      kind: "seen",
      retransmitting: [{ peer: "10.203.7.2:56824", socket: "437", times: 12 }],
    });
    for (const path of [one, other]) await Deno.remove(path);
  });

  it("does without one of them: not every kernel knows IPv6", async () => {
    const table = await tableOf(HEAD, LISTENING);
    const look = await grepRetransmissions({ port: 8080, tables: [table, "/nowhere/tcp6"] }).look();
    expect(look).toEqual({ kind: "seen", retransmitting: [] });
    await Deno.remove(table);
  });

  it("says so where there are none, as on other systems than Linux", async () => {
    const look = await grepRetransmissions({ port: 8080, tables: ["/nowhere/tcp", "/nowhere/tcp6"] }).look();
    expect(look).toMatchObject({ kind: "blind", why: expect.stringContaining("/nowhere/tcp6") });
  });

  it("needs one permission, and asks nobody for it", async () => {
    expect(await lookWith(["--allow-run=grep"])).toEqual({ kind: "seen", retransmitting: [] });
    expect(await lookWith([])).toMatchObject({ kind: "blind", why: expect.stringContaining("--allow-run=grep") });
    expect(await lookWith(["--allow-run=grep"], { PATH: "/nowhere" })).toMatchObject({ kind: "blind" });
  });
});

describe("a peer", () => {
  for (const hostname of ["127.0.0.1", "::"]) {
    it(`has the name in the kernel's tables that Deno knows it by, when the server listens at ${hostname}`, async () => {
      const names: string[] = [];
      const server = Deno.serve({ hostname, port: 0, onListen() {} }, async (_, { remoteAddr }) => {
        names.push(peerName(remoteAddr.hostname, remoteAddr.port));
        const tables = await Promise.all(["tcp", "tcp6"].map((name) => Deno.readTextFile(`/proc/self/net/${name}`)));
        names.push(...tables.flatMap(connectionsIn).map(({ peer }) => peer).filter((peer) => peer === names[0]));
        return new Response();
      });
      const { port } = server.addr;
      await (await fetch(`http://127.0.0.1:${port}/`)).body?.cancel();
      await server.shutdown();
      const [name = "none"] = names;
      expect(name).toMatch(/^127\.0\.0\.1:\d+$/);
      expect(names.slice(1)).toEqual([name]);
    });
  }
});
