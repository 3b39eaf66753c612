import { Child } from "../harness/child.ts";
import { VitrineServer } from "../harness/vitrine_server.ts";
import type { Figure } from "./in_process_figures.ts";
import { shoppers } from "./shoppers.ts";

const CONNECTIONS = 1000;
const PER_SHOPPER = 10;

/** Resident memory that one open connection costs, beside the same on a server that does nothing. */
export async function measureConnections(): Promise<readonly Figure[]> {
  await using bare = new Child(Deno.execPath(), {
    args: ["run", "--allow-net", new URL("bare_streams.ts", import.meta.url).pathname],
  });
  const { port }: { readonly port: number } = JSON.parse(await bare.line(/"port"/));
  await using server = await VitrineServer.start();
  const crowd = await shoppers(server.url, CONNECTIONS / PER_SHOPPER);
  const figures: Figure[] = [];
  for (const transport of ["SSE", "WebSocket"] as const) {
    const floor = await perConnection(bare.pid, { port, transport, tokens: ["none"] });
    const ours = await perConnection(server.pid, {
      port: server.port,
      transport,
      tokens: crowd.map(({ token }) => token),
    });
    figures.push([`bare ${transport} connection`, "KB", floor], [`${transport} connection`, "KB", ours]);
  }
  return figures;
}

interface Opened {
  readonly port: number;
  readonly transport: "SSE" | "WebSocket";
  readonly tokens: readonly string[];
}

async function perConnection(pid: number, { port, transport, tokens }: Opened): Promise<number> {
  const before = residentKb(pid);
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, async (_, n) => {
    const socket = await Deno.connect({ hostname: "127.0.0.1", port });
    const token = tokens[n % tokens.length];
    const head = transport === "SSE" ? ["GET /sse/storefront HTTP/1.1", `authorization: Bearer ${token}`] : [
      "GET /ws HTTP/1.1",
      "connection: upgrade",
      "upgrade: websocket",
      "sec-websocket-version: 13",
      "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
      `sec-websocket-protocol: bearer.${token}`,
    ];
    await socket.write(new TextEncoder().encode([...head, "host: localhost", "", ""].join("\r\n")));
    await socket.read(new Uint8Array(4096));
    return socket;
  }));
  const kb = (residentKb(pid) - before) / CONNECTIONS;
  for (const socket of sockets) socket.close();
  return kb;
}

function residentKb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1]);
}
