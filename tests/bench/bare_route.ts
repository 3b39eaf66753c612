import { Hono } from "hono";
import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";

/** The floor: the same libraries, one route that checks a token and a body, and no work. Prints its port and a token. */
const key = crypto.getRandomValues(new Uint8Array(32));
const AddItem = z.strictObject({ sku: z.string(), quantity: z.int().positive() });
const app = new Hono();

app.post("/api/carts/:cartId/items", async (context) => {
  const token = context.req.header("authorization")?.slice("Bearer ".length) ?? "";
  const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"] });
  const item = AddItem.parse(await context.req.json());
  return context.json({ cartId: context.req.param("cartId"), customerId: payload.sub, ...item });
});

const token = await new SignJWT({ roles: ["customer"] }).setProtectedHeader({ alg: "HS256" }).setSubject("somebody")
  .setExpirationTime("1h").sign(key);
Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.info(JSON.stringify({ port, token })),
}, app.fetch);
