import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { EventStreamLine } from "../client/event_stream_line.ts";
import { followCustomer } from "../client/customer_feed.ts";
import { tokenFor } from "../client/people.ts";
import { Cart, Session, Ticket } from "../client/shapes_of_answers.ts";
import { Shopper } from "../client/shopper.ts";
import { it } from "../bounded.ts";
import type { OnTrial } from "./on_trial.ts";

/** Who somebody is, and how they show it. */
export function identityContract(shop: OnTrial): void {
  describe("identity", () => {
    it("makes a guest, who is known by token and by cookie", async () => {
      const { api } = shop();
      const answer = await api.post("/api/session");
      const session = answer.as(Session, 201);
      expect(Date.parse(session.expiresAt)).toBeGreaterThan(Date.now());

      const cookie = answer.headers.get("set-cookie") ?? "";
      expect(cookie).toMatch(/^vitrine_session=[^;]+; .*HttpOnly/);
      const byCookie = await api.post("/api/carts", { body: {}, headers: { cookie: cookie.split(";")[0] ?? "" } });
      expect(byCookie.as(Cart, 201).customerId).toBe(session.customerId);
      const byToken = await api.post("/api/carts", { body: {}, token: session.token });
      expect(byToken.as(Cart, 200).cartId).toBe(byCookie.as(Cart, 201).cartId);
    });

    it("does not act for a cookie that another site's page sent along", async () => {
      const { api } = shop();
      const cookie = (await api.post("/api/session")).headers.get("set-cookie")?.split(";")[0] ?? "";
      const headers = { cookie, origin: "https://elsewhere.example" };
      (await api.post("/api/carts", { body: {}, headers })).problem(403, "origin_not_allowed");
    });

    it("asks who it is", async () => {
      const { api } = shop();
      (await api.post("/api/carts", { body: {} })).problem(401, "unauthenticated");
      (await api.post("/api/carts", { body: {}, token: "not.a.token" })).problem(401, "token_invalid");
      const none = await api.post("/api/carts", { body: {} });
      expect(none.headers.get("www-authenticate")).toContain("Bearer");
    });

    it("asks for the role", async () => {
      const { api } = shop();
      const { token } = await Shopper.arrive(api);
      const product = { sku: "MINE", name: "Mine", price: { minor: 1, currency: "GBP" } };
      (await api.post("/api/v1/products", { token, body: product })).problem(403, "forbidden");
      const staff = await tokenFor(api, { sub: "only-staff", roles: ["staff"], stores: ["main"] });
      (await api.post("/api/carts", { token: staff, body: {} })).problem(403, "forbidden");
    });

    it("sells tickets that open one stream once", async () => {
      const { api } = shop();
      const { token, customerId } = await Shopper.arrive(api);
      const { ticket } = (await api.post("/api/stream-tickets", { token })).as(Ticket, 201);
      const url = `/sse/storefront?ticket=${ticket}`;
      const follower = followCustomer(customerId);
      const line = await EventStreamLine.open(`${api.url}${url}`, { listener: follower });
      (await api.call(url)).problem(401, "ticket_used");
      await line.close();
      (await api.call(url)).problem(401, "ticket_used");
      (await api.call("/sse/storefront?ticket=forged")).problem(401, "token_invalid");
      (await api.post("/api/stream-tickets")).problem(401, "unauthenticated");
    });

    it("repeats sessions and tickets under their keys", async () => {
      const { api } = shop();
      const key = crypto.randomUUID();
      const first = await api.post("/api/session", { key });
      const repeat = await api.post("/api/session", { key });
      expect([first.replayed, repeat.replayed]).toEqual([false, true]);
      expect(repeat.as(Session, 201)).toEqual(first.as(Session, 201));

      const { token, cursor } = first.as(Session, 201);
      const opening = await api.call(`/api/changes?channel=customer&after=${cursor}`, { token });
      expect(JSON.parse(opening.text)).toEqual({ outcome: "resumed", cursor, frames: [] });
      const tickets = [await api.post("/api/stream-tickets", { token, key: "t" })];
      tickets.push(await api.post("/api/stream-tickets", { token, key: "t" }));
      expect(tickets.map(({ replayed }) => replayed)).toEqual([false, true]);
      expect(new Set(tickets.map((answer) => answer.as(Ticket, 201).ticket)).size).toBe(1);
    });

    it("takes a correlation id, or makes one", async () => {
      const { api } = shop();
      const given = await api.post("/api/session", { headers: { "correlation-id": "here-and-there.7" } });
      expect(given.headers.get("correlation-id")).toBe("here-and-there.7");
      const made = await api.post("/api/session");
      expect(made.headers.get("correlation-id")).toMatch(/^[a-z2-7]{20,}$/);
      expect((await api.call("/no/such/address")).headers.get("correlation-id")).not.toBe(null);
    });
  });
}
