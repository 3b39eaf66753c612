/** A TCP port on 127.0.0.1 that was free a moment ago. Start what uses it at once. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
