/** The floor of connections: streams and sockets that are opened and then left alone. Prints its port. */
Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.info(JSON.stringify({ port })),
}, (request) => {
  if (request.headers.get("upgrade") === "websocket") {
    const protocol = request.headers.get("sec-websocket-protocol") ?? "";
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol, idleTimeout: 0 });
    socket.onopen = (): void => socket.send("{}");
    return response;
  }
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(": hello\n\n")),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
});
