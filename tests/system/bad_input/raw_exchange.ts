export interface RawOptions {
  readonly say: readonly (string | Uint8Array)[];
  readonly withinMs?: number;
  /** Waits for the other side to close, not just for a whole answer. */
  readonly untilClosed?: boolean;
}

/** What came back on a connection of its own; undefined when not enough of it did within `withinMs`. */
export async function rawExchange(
  port: number,
  { say, withinMs = 10_000, untilClosed = false }: RawOptions,
): Promise<string | undefined> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), withinMs);
  try {
    const heard = hear(connection, untilClosed);
    for (const part of say) await write(connection, typeof part === "string" ? new TextEncoder().encode(part) : part);
    return await Promise.race([heard, late.promise]);
  } finally {
    clearTimeout(timer);
    close(connection);
  }
}

async function hear(connection: Deno.TcpConn, untilClosed: boolean): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  while (untilClosed || !isWhole(text)) {
    // A reset is an end as well.
    const read = await connection.read(buffer).catch(() => null);
    if (read === null) break;
    text += decoder.decode(buffer.subarray(0, read), { stream: true });
  }
  return text;
}

function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  const length = /^content-length: (\d+)/im.exec(text.slice(0, end))?.[1];
  return end !== -1 && length !== undefined && text.length >= end + 4 + Number(length);
}

async function write(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  try {
    for (let written = 0; written < bytes.length;) written += await connection.write(bytes.subarray(written));
  } catch {
    // The other side has heard enough.
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // Closed already.
  }
}
