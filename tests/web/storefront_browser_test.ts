import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Browser } from "playwright-core";
import { until } from "../harness/until.ts";
import { add, counts, Customer, openBrowser, says, TINY } from "./browser.ts";
import { FakeServer } from "./fake_server.ts";

describe("a storefront in trouble", () => {
  let browser: Browser;
  before(async () => void (browser = await openBrowser()));
  after(() => browser.close());

  it("warns of what is old, and is fresh again by itself", async () => {
    await using server = await FakeServer.start({ staleAfterMs: 1500 });
    await using ann = await Customer.arrive(browser, { url: server.url });
    const page = await ann.tab();
    await server.kill();
    await says(page, "Out of date");
    await page.locator("[data-banner]").filter({ hasText: "not been able to refresh" }).waitFor();
    server.start();
    await says(page, "Live");
    await page.locator("[data-banner]").waitFor({ state: "hidden" });
  });

  it("shows all but the part that is missing, and that too as soon as it is there", async () => {
    await using server = await FakeServer.start();
    server.network.losesCarts = true;
    await using ann = await Customer.arrive(browser, { url: server.url });
    const page = await ann.tab("/account");
    const cart = page.locator("[data-cart]");
    await cart.getByText("Temporarily unavailable").waitFor();
    await page.getByText("No orders yet").waitFor();
    server.network.losesCarts = false;
    await cart.getByText("Nothing in here yet").waitFor();
  });

  it("falls back to an event stream where no WebSocket gets through, one for all tabs", async () => {
    await using server = await FakeServer.start();
    server.network.blocksSockets = true;
    await using ann = await Customer.arrive(browser, { url: server.url });
    const [one, two] = [await ann.tab(), await ann.tab()];
    await add(one, "MUG-OAT");
    await counts(two, 1);
    await until(() => server.network.open.sockets === 0 && server.network.open.streams === 1, {
      what: () => `one stream for both tabs: ${JSON.stringify(server.network.open)}`,
    });
    expect(server.shop.guests).toBe(1);
  });

  it("takes back what the shop refuses, and says so", async () => {
    await using server = await FakeServer.start();
    const soap = server.shop.product("SOAP-OAT");
    if (soap !== undefined) soap.available = 50_000;
    await using ann = await Customer.arrive(browser, { url: server.url });
    const page = await ann.tab("/products/SOAP-OAT");
    await page.locator("[data-quantity]").fill("20000");
    await page.locator("[data-add]").click();
    await page.locator(".toast[data-stays]").filter({ hasText: "more than we can put in one cart" }).waitFor();
    await counts(page, 0);
  });

  it("keeps a word without end inside narrow pages", async () => {
    await using server = await FakeServer.start();
    const [first, ...others] = server.shop.products;
    if (first === undefined) throw new Error("Cannot go on: there are no products");
    const word = "Donaudampfschifffahrt".repeat(6);
    server.shop.products = [{ ...first, name: word, description: word, category: word }, ...others];
    await using ann = await Customer.arrive(browser, { url: server.url, viewport: TINY });
    const page = await ann.tab();
    await add(page, first.sku);
    await page.getByRole("link", { name: /^Cart.*: 1$/ }).waitFor();
    for (const path of ["/", `/?q=${word}`, `/?q=${word}x`, `/products/${first.sku}`, "/cart", "/checkout"]) {
      await page.goto(server.url + path);
      await says(page, "Live");
      await page.locator("[data-section][data-state=loading]").waitFor({ state: "hidden" });
      expect([path, await page.evaluate("document.documentElement.scrollWidth <= innerWidth")]).toEqual([path, true]);
    }
  });

  it("offers to follow a parcel while there is one to come", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url });
    const page = await ann.tab();
    await add(page, "MUG-OAT");
    await until(() => server.shop.carts.size === 1, { what: () => "a cart" });
    const [cart] = server.shop.carts.values();
    if (cart === undefined) throw new Error("Cannot go on: there is no cart");
    const order = server.shop.complete(cart, "key");
    await page.goto(`${server.url}/orders/${order.orderId}`);
    await page.locator("[data-slot=tracking]").waitFor();
    server.shop.move(order, "CANCELED");
    await page.locator("[data-slot=tracking]").waitFor({ state: "hidden" });
  });

  it("says without scripts which pages need them, and pretends to load nothing", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url, scripts: false });
    for (const path of ["/cart", "/checkout", "/account", "/orders/ord_1", "/track/trk_1"]) {
      const page = await ann.tab(path, { live: false });
      await page.locator("main noscript p").waitFor();
      expect([path, await page.locator(".bone:visible").count()]).toEqual([path, 0]);
    }
  });

  it("announces stock and prices that change while somebody looks", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url });
    const page = await ann.tab();
    // The count shows at once; the shop's answer fixes the price that the cart keeps.
    await Promise.all([page.waitForResponse((answer) => answer.url().endsWith("/items")), add(page, "MUG-OAT")]);
    await counts(page, 1);
    const mug = server.shop.product("MUG-OAT");
    if (mug === undefined) throw new Error("Cannot go on: there are no mugs");
    mug.available = 2;
    mug.priceMinor = 1600;
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await page.locator("[data-sku='MUG-OAT'] [data-stock]").filter({ hasText: "Only 2 left" }).waitFor();
    await page.getByText("In your cart it stays £14.50").waitFor();
  });

  it("says that the cart is not open yet, while the shop makes no guests", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url });
    await ann.context.route("**/api/session", (route) => route.fulfill({ status: 503 }));
    const page = await ann.tab("/", { live: false });
    await says(page, "Not connected");
    await page.locator("[data-banner]").filter({ hasText: "cannot open your cart" }).waitFor();
    await add(page, "MUG-OAT");
    await page.getByText("not open yet").waitFor();
    await ann.context.unroute("**/api/session");
    await says(page, "Live");
    await page.locator("[data-banner]").waitFor({ state: "hidden" });
  });

  it("leaves whoever only has the link to a parcel their way to the shop", async () => {
    await using server = await FakeServer.start();
    await using bob = await Customer.arrive(browser, { url: server.url });
    const page = await bob.tab("/track/trk_unknown", { live: false });
    await page.getByText("We do not know this parcel").waitFor();
    await page.locator("[data-live]").waitFor({ state: "hidden" });
    await page.locator("header [data-open-cart]").click();
    await page.waitForURL(/\/cart$/);
    await says(page, "Live");
    expect(bob.troubles).toEqual([]);
  });

  it("says that the session ended, when it begins anew", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url });
    const page = await ann.tab();
    await ann.context.clearCookies();
    await add(page, "MUG-OAT");
    await page.getByText("Your session ended").waitFor();
    await says(page, "Live");
    await counts(page, 0);
  });

  it("asks again for what is old, now and then and when somebody looks", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url });
    let status = "stale";
    await ann.context.route(/\/api\/(account|carts\/\w+)\/view/, async (route) => {
      const view = await (await route.fetch()).json();
      const old = Object.entries(view).map(([name, section]) => [name, Object.assign({}, section, { status })]);
      await route.fulfill({ json: Object.fromEntries(old) });
    });
    const page = await ann.tab("/account", { live: false });
    await page.clock.install();
    const notes = page.locator(":is([data-orders], [data-cart]) [data-note]:not([hidden])");
    const areThere = (count: number): Promise<void> =>
      until(async () => await notes.count() === count, { what: () => `${count} notes` });
    for (const ask of ["focus", "time"]) {
      status = "stale";
      await page.reload();
      await says(page, "Live");
      await areThere(2);
      status = "ok";
      if (ask === "focus") await page.evaluate("dispatchEvent(new Event('focus'))");
      else await page.clock.fastForward(11_000);
      await areThere(0);
    }
  });

  it("works where the browser withholds what it does not need", async () => {
    await using server = await FakeServer.start();
    for (const [index, withhold] of WITHHOLD.entries()) {
      await using ann = await Customer.arrive(browser, { url: server.url });
      await ann.context.addInitScript(withhold);
      const page = await ann.tab();
      await add(page, "MUG-OAT");
      await counts(page, 1);
      expect([ann.troubles, server.shop.guests]).toEqual([[], index + 1]);
    }
  });

  it("says that it needs cookies, as long as it gets none", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url });
    await ann.context.route("**/api/session", (route) => route.fulfill({ json: { customerId: "gst_lost" } }));
    const page = await ann.tab("/", { live: false });
    await page.locator("[data-banner]").filter({ hasText: "Please allow cookies" }).waitFor();
    await says(page, "Not connected");
  });
});

const WITHHOLD = [
  `Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } })`,
  `Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); }`,
  `Object.defineProperty(Navigator.prototype, "locks", { value: undefined })`,
  `if (globalThis.LockManager) LockManager.prototype.request = () => Promise.reject(new DOMException("denied", "SecurityError"))`,
  `delete globalThis.BroadcastChannel`,
];
