/** Ends with 0 when the node of this container can commit and route. */
const response = await fetch(`http://127.0.0.1:${Deno.env.get("PORT") ?? "8080"}/readyz`, {
  signal: AbortSignal.timeout(3000),
});
Deno.exit(response.ok ? 0 : 1);
