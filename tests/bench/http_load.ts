import { percentile } from "./samples.ts";

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  readonly durationMs: number;
  /** Requests per second over all connections; as many as possible when absent. */
  readonly perSecond?: number;
  /** The n-th request as it goes over the wire. */
  readonly request: (n: number) => Uint8Array;
  /** The status that counts. */
  readonly expects: number;
}

export interface LoadFigures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Answers with another status. */
  readonly unexpected: number;
}

/**
 * Asks over keep-alive connections, one request at a time on each, for a bounded time. Written on bare sockets so that the
 * client costs as little as can be beside the server it measures.
 */
export async function load(options: LoadOptions): Promise<LoadFigures> {
  const latencies: number[] = [];
  const run = { next: 0, unexpected: 0, latencies, startedAt: performance.now() };
  await Promise.all(Array.from({ length: options.connections }, (_, index) => connection(options, { run, index })));
  const seconds = (performance.now() - run.startedAt) / 1000;
  return {
    perSecond: latencies.length / seconds,
    p50Ms: percentile(latencies, 50),
    p95Ms: percentile(latencies, 95),
    p99Ms: percentile(latencies, 99),
    unexpected: run.unexpected,
  };
}

interface Run {
  next: number;
  unexpected: number;
  readonly latencies: number[];
  readonly startedAt: number;
}

async function connection(options: LoadOptions, { run, index }: { run: Run; index: number }): Promise<void> {
  const { port, durationMs, request, expects, perSecond, connections } = options;
  using socket = await Deno.connect({ hostname: "127.0.0.1", port });
  socket.setNoDelay(true);
  const buffer = new Uint8Array(262_144);
  const pauseMs = perSecond === undefined ? 0 : 1000 * connections / perSecond;
  let dueAt = run.startedAt + pauseMs * index / connections;
  while (performance.now() - run.startedAt < durationMs) {
    if (pauseMs > 0) {
      await until(dueAt);
      dueAt = Math.max(dueAt + pauseMs, performance.now() - pauseMs);
    }
    const sentAt = performance.now();
    await writeAll(socket, request(run.next++));
    const status = await readResponse(socket, buffer);
    if (status !== expects) run.unexpected++;
    else run.latencies.push(performance.now() - sentAt);
  }
}

async function until(at: number): Promise<void> {
  const waitMs = at - performance.now();
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
}

async function writeAll(socket: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await socket.write(bytes.subarray(written));
}

const decoder = new TextDecoder();

/** Reads one response with a Content-Length or chunks; returns its status. */
async function readResponse(socket: Deno.TcpConn, buffer: Uint8Array): Promise<number> {
  let filled = 0;
  let text = "";
  for (;;) {
    const read = await socket.read(buffer.subarray(filled));
    if (read === null) throw new Error("Cannot read the response: the server closed the connection");
    filled += read;
    text = decoder.decode(buffer.subarray(0, filled));
    const bodyAt = text.indexOf("\r\n\r\n") + 4;
    if (bodyAt === 3) continue;
    const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, bodyAt))?.[1];
    if (length === undefined ? text.endsWith("0\r\n\r\n") : filled >= bodyAt + Number(length)) break;
  }
  return Number(text.slice(9, 12));
}

/** A request with a JSON body as bytes; `headers` are whole lines. */
export function jsonRequest(
  method: string,
  path: string,
  { headers, body }: { readonly headers: readonly string[]; readonly body: unknown },
): Uint8Array {
  const text = JSON.stringify(body);
  const head = [`${method} ${path} HTTP/1.1`, "host: localhost", "content-type: application/json", ...headers];
  return new TextEncoder().encode(`${head.join("\r\n")}\r\ncontent-length: ${text.length}\r\n\r\n${text}`);
}
