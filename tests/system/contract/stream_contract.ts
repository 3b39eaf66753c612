import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { fold } from "../../../machines/order/fold.ts";
import type { OrderFeed, OrderFrame, TrackingFeed } from "../../../machines/order/fold.ts";
import { until } from "../../harness/until.ts";
import { followCustomer } from "../client/customer_feed.ts";
import { EventStreamLine } from "../client/event_stream_line.ts";
import { Follower } from "../client/follower.ts";
import { openCustomerLine } from "../client/lines.ts";
import { Changes } from "../client/shapes_of_answers.ts";
import { Shopper } from "../client/shopper.ts";
import { SocketLine } from "../client/socket_line.ts";
import { it } from "../bounded.ts";
import type { OnTrial } from "./on_trial.ts";

const Frame = z.custom<OrderFrame>((data) => z.looseObject({ eventType: z.string() }).safeParse(data).success);
const Owned = z.custom<OrderFeed>((state) => z.looseObject({ orderId: z.string() }).safeParse(state).success);
const Tracked = z.custom<TrackingFeed>((state) => z.looseObject({ trackingId: z.string() }).safeParse(state).success);

/** Event streams, sockets and polling: one cursor, one sequence. */
export function streamContract(shop: OnTrial): void {
  describe("streams", () => {
    it("begin with a snapshot, go on where the client was, and start over when it was nowhere", async () => {
      const { api } = shop();
      const shopper = await Shopper.arrive(api);
      const { token, customerId } = shopper;
      for (const transport of ["sse", "websocket", "polling"] as const) {
        const follower = followCustomer(customerId);
        const open = async (cursor?: string): Promise<void> => {
          const line = await openCustomerLine(api, transport, { token, cursor, listener: follower });
          await until(() => follower.isOpen, { what: () => `the first frame by ${transport}` });
          await line.close();
        };
        await open();
        await open(follower.cursor);
        await open(`999999.${follower.cursor?.split(".")[1]}`);
        await open("1.aaaaaaaa");
        await open("%00 nonsense");
        expect({ transport, ...follower.outcomes }).toEqual({ transport, snapshot: 1, resumed: 1, reset: 3 });
        expect(follower.reasons).toEqual(["cursor_ahead", "cursor_foreign", "cursor_invalid"]);
        expect(follower.complaints).toEqual([]);
      }
    });

    it("tell the same story, left on one transport and gone on with on the next", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 1000 });
      const shopper = await Shopper.arrive(api);
      const { token, customerId } = shopper;
      const { cartId } = await shopper.openCart();
      const traveller = followCustomer(customerId);
      const resident = followCustomer(customerId);
      const home = await openCustomerLine(api, "sse", { token, listener: resident });
      for (const transport of ["sse", "websocket", "polling", "websocket", "sse", "polling"] as const) {
        const line = await openCustomerLine(api, transport, { token, cursor: traveller.cursor, listener: traveller });
        const { cursor } = await shopper.addItem(cartId, { sku, quantity: 1 });
        await until(() => traveller.cursor === cursor, { what: () => `${cursor} by ${transport}` });
        await line.close();
        await shopper.addItem(cartId, { sku, quantity: 1 });
      }
      const last = await shopper.addItem(cartId, { sku, quantity: 1 });
      const line = await openCustomerLine(api, "sse", { token, cursor: traveller.cursor, listener: traveller });
      await until(() => traveller.cursor === last.cursor && resident.cursor === last.cursor, { what: () => "the end" });
      await Promise.all([line.close(), home.close()]);
      expect(traveller.outcomes).toEqual({ snapshot: 1, resumed: 6, reset: 0 });
      expect(traveller.told).toEqual(resident.told);
      expect(traveller.state).toEqual(resident.state);
      expect([...traveller.complaints, ...resident.complaints]).toEqual([]);
    });

    it("tell the owner an order's story, and whoever holds its tracking id what is theirs to know", async () => {
      const { api, staff } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const shopper = await Shopper.arrive(api);
      const { orderId, trackingId } = await shop().order(shopper, [{ sku, quantity: 1 }]);
      const owner = new Follower<OrderFeed>({
        read: (state) => Owned.parse(state),
        fold: (state, data) => fold(state, Frame.parse(data)),
        isMine: (said) => JSON.stringify(said).includes(orderId),
      });
      const tracker = new Follower<TrackingFeed>({
        read: (state) => Tracked.parse(state),
        fold: (state, data) => fold(state, Frame.parse(data)),
        isMine: (said) => !/customerId|totalAmount|minor|gst_|ord_/.test(JSON.stringify(said)),
      });
      const lines = [
        await EventStreamLine.open(`${api.url}/orders/${orderId}/events`, { token: shopper.token, listener: owner }),
        await EventStreamLine.open(`${api.url}/track/${trackingId}/events`, { listener: tracker }),
      ];
      await api.post(`/api/v1/orders/${orderId}/pay`, { token: shopper.token, body: { paymentMethod: "card" } });
      await shop().orderThatIs("PAID", orderId);
      const carriage = { carrier: "Post", trackingNumber: "PX-9" };
      for (const action of ["accept", "ready", "ship", "deliver"]) {
        const body = action === "ship" ? carriage : {};
        expect((await api.post(`/api/v1/orders/${orderId}/${action}`, { token: staff, body })).status).toBe(200);
      }
      await until(() => tracker.state?.status === "DELIVERED" && owner.state?.status === "DELIVERED", {
        what: () => `delivery; heard ${tracker.state?.status}, ${owner.state?.status}`,
      });
      await Promise.all(lines.map((line) => line.close()));
      for (const [channel, follower] of [[`order:${orderId}`, owner], [`track:${trackingId}`, tracker]] as const) {
        const answer = await api.call(`/api/changes?channel=${channel}`, { token: shopper.token });
        const { cursor, state } = answer.as(Changes);
        expect({ cursor: follower.cursor, state: follower.state }).toEqual({ cursor, state });
        expect(follower.complaints).toEqual([]);
      }
      const alias = { token: staff, listener: owner, cursor: owner.cursor };
      await (await EventStreamLine.open(`${api.url}/api/v1/orders/${orderId}/events`, alias)).close();
    });

    it("that are not there yet say when to come back; those for others are refused for good", async () => {
      const { api, staff } = shop();
      const { token, customerId } = await Shopper.arrive(api);
      for (const [path, who] of [["/sse/flash-sales", undefined], ["/sse/stores/main/orders", staff]] as const) {
        const nobody = followCustomer(customerId);
        const line = await EventStreamLine.open(`${api.url}${path}`, { token: who, listener: nobody });
        await until(() => nobody.away.length === 1, { what: () => `${path} to say "reconnect"` });
        expect(line.retryMs).toBeGreaterThan(0);
        await line.close();
      }
      (await api.call("/sse/stores/main/orders", { token })).problem(403, "forbidden");
      (await api.call("/sse/stores/outlet/orders", { token: staff })).problem(404, "not_found");
      (await api.call("/sse/stores/main/orders")).problem(401, "unauthenticated");
      (await api.call("/sse/storefront")).problem(401, "unauthenticated");
      (await api.call(`/track/trk_${"a".repeat(26)}/events`)).problem(404, "not_found");
    });

    it("carry commands on a socket, acks and pings", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const shopper = await Shopper.arrive(api);
      const { token, customerId } = shopper;
      const { cartId } = await shopper.openCart();
      const follower = followCustomer(customerId);
      const socket = await SocketLine.open(`${api.url}/ws/orders`, { token, protocols: ["vitrine"] });
      expect(socket.protocol).toBe("vitrine");
      expect((await socket.subscribe("customer", follower)).ok).toBe(true);

      const params = { cartId, sku, quantity: 2 };
      const reply = await socket.command("cart.add_item", params, "by-socket");
      const Result = z.looseObject({ itemCount: z.literal(2), cursor: z.string() });
      const { cursor } = Result.parse(reply.result);
      await until(() => follower.cursor === cursor, { what: () => cursor });
      expect(follower.told.at(-1)?.data).toMatchObject({ itemCount: 2, commandId: "by-socket" });
      const twin = await api.post(`/api/carts/${cartId}/items`, {
        token,
        key: "by-socket",
        body: { sku, quantity: 2 },
      });
      expect(twin.replayed).toBe(true);

      expect((await socket.command("cart.fly", {})).error?.code).toBe("command_unknown");
      expect((await socket.command("cart.add_item", { ...params, quantity: 0 })).error?.code).toBe("invalid_request");
      expect((await socket.ask({ type: "subscribe", channel: "nothing" })).error?.code).toBe("invalid_request");
      expect((await socket.ask({ type: "refresh", token })).ok).toBe(true);
      socket.say({ type: "ack", channel: "customer", cursor });
      socket.say({ type: "ping" });
      await until(() => socket.pongs === 1, { what: () => "a pong" });

      expect((await socket.ask({ type: "unsubscribe", channel: "customer" })).ok).toBe(true);
      const { frames } = follower;
      await shopper.addItem(cartId, { sku, quantity: 1 });
      socket.say({ type: "ping" });
      await until(() => socket.pongs === 2, { what: () => "a second pong" });
      expect(follower.frames).toBe(frames);
      await socket.close();
      expect(follower.complaints).toEqual([]);
    });
  });
}
