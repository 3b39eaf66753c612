import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { until } from "../harness/until.ts";
import { it } from "./bounded.ts";
import { followCustomer } from "./client/customer_feed.ts";
import { openCustomerLine } from "./client/lines.ts";
import { Shop } from "./client/shop.ts";
import { Shopper } from "./client/shopper.ts";

const DESCRIPTORS = 400;

/** Opens connections that never say what they want, as many as can be had. */
async function idlers(port: number): Promise<readonly Deno.TcpConn[]> {
  const opened: Deno.TcpConn[] = [];
  const half = new TextEncoder().encode("GET / HTTP/1.1\r\n");
  while (opened.length < 2 * DESCRIPTORS) {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => undefined);
    if (connection === undefined) break;
    await connection.write(half).catch(() => {});
    opened.push(connection);
  }
  return opened;
}

async function listens(port: number): Promise<boolean> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => undefined);
  connection?.close();
  return connection !== undefined;
}

describe("more connections than the process may have", () => {
  it("end neither the process nor the connections that it has, and once they are gone all is as before", async () => {
    await using shop = await Shop.open({ descriptors: DESCRIPTORS });
    const { api, server } = shop;
    const { pid } = server;
    const sku = await shop.stock({ quantity: 10 });
    const shopper = await Shopper.arrive(api);
    const { cartId } = await shopper.openCart();
    const follower = followCustomer(shopper.customerId);
    const line = await openCustomerLine(api, "websocket", { token: shopper.token, listener: follower });

    for (let flood = 0; flood < 3; flood++) {
      const connections = await idlers(server.port);
      expect(connections.length).toBeGreaterThan(100);
      for (const connection of connections) connection.close();
      await until(() => listens(server.port), { what: () => `somebody who listens\n${server.output}` });
      await until(() => server.isReady(), { what: () => `readiness\n${server.output}` });
    }
    const { cursor } = await shopper.addItem(cartId, { sku, quantity: 1 });
    await until(() => follower.cursor === cursor, { what: () => cursor });
    expect([server.pid, follower.outcomes.snapshot, follower.complaints]).toEqual([pid, 1, []]);
    await line.close();
    expect(await server.stop()).toBe(0);
  });
});
