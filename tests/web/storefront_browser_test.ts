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

  it("puts nothing into the cart for what is no quantity, or more than there is", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url });
    const page = await ann.tab("/products/SOAP-OAT");
    const soap = server.shop.product("SOAP-OAT");
    if (soap === undefined) throw new Error("Cannot go on: there is no soap");
    soap.available = 2;
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await page.locator("[data-stock]").filter({ hasText: "Only 2 left" }).waitFor();
    for (const quantity of ["0", "-3", "2.5", "", "3"]) {
      await page.locator("[data-quantity]").fill(quantity);
      await page.locator("[data-add]").click();
      expect(await page.evaluate("document.activeElement.matches('[data-quantity]:invalid')")).toBe(true);
    }
    await page.locator("[data-quantity]").fill("2");
    await page.locator("[data-add]").click();
    await counts(page, 2);
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

  it("begins the checkout anew when another tab has ordered the cart and filled the next one", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url });
    const one = await ann.tab();
    await add(one, "MUG-OAT");
    await counts(one, 1);
    const two = await ann.tab("/checkout");
    await two.locator("[data-checkout][data-state=ready]").waitFor();

    const [first] = server.shop.carts.values();
    if (first === undefined) throw new Error("Cannot go on: there is no cart");
    server.shop.complete(first, "elsewhere");
    await two.getByText("Your cart is empty").waitFor();
    await add(one, "TOY-BEAR");
    await two.locator("[data-checkout][data-state=ready] [data-summary]").filter({ hasText: "Winter bear" }).waitFor();
    for (const name of ["name", "line1", "city", "postcode"]) await two.locator(`[name=${name}]`).fill("Ann");
    await two.locator("[data-place]").click();
    await two.waitForURL(/\/orders\/ord_/);
    await two.locator("[data-lines]").filter({ hasText: "Winter bear" }).first().waitFor();
  });

  it("says why a checkout cannot begin, and leaves it at that", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url });
    const page = await ann.tab();
    await add(page, "MUG-OAT");
    await counts(page, 1);
    const refusal = { status: 409, json: { code: "product_is_missing" } };
    await page.route("**/api/checkouts", (route) => route.fulfill(refusal));
    await page.goto(`${server.url}/checkout`);
    await page.getByText("we do not sell this any more").waitFor();
    await page.locator("[data-checkout][data-state=unavailable]").waitFor();
    await page.unroute("**/api/checkouts");
    await page.locator("[data-checkout] [data-retry]").click();
    await page.locator("[data-checkout][data-state=ready]").waitFor();
  });

  it("sends from the next page what was clicked on this one", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url });
    const page = await ann.tab();
    // Nothing gets through from this page, only from the next.
    await page.route("**/api/carts**", (route) => page.url().endsWith("/cart") ? route.continue() : undefined);
    for (const sku of ["MUG-OAT", "TOY-BEAR", "SOAP-OAT"]) await add(page, sku);
    await counts(page, 3);
    await page.goto(`${server.url}/cart`);
    await counts(page, 3);
    await page.locator("[data-total]").filter({ hasText: "£" }).waitFor();
    await until(() => server.shop.carts.values().next().value?.lines.length === 3, {
      what: () => "the shop to know of all three",
    });
  });

  it("is the new customer's in every tab once another tab has changed who shops here", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url });
    const page = await ann.tab();
    await add(page, "MUG-OAT");
    await counts(page, 1);
    await ann.context.request.post(`${server.url}/api/session`);
    await add(page, "TOY-BEAR");
    await counts(page, 0);
    await says(page, "Live");
    await add(page, "SOAP-OAT");
    await counts(page, 1);
  });

  it("removes one product with the keyboard, however often Enter is pressed", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url });
    const page = await ann.tab();
    for (const sku of ["MUG-OAT", "TOY-BEAR", "SOAP-OAT"]) await add(page, sku);
    await page.goto(`${server.url}/cart`);
    await counts(page, 3);
    await page.locator("[data-key='TOY-BEAR'] [data-less]").focus();
    for (let press = 0; press < 4; press += 1) await page.keyboard.press("Enter");
    await counts(page, 2);
    expect(await page.evaluate("document.activeElement.dataset.key")).toBe("SOAP-OAT");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.matches('[data-key=SOAP-OAT] .cart-name')")).toBe(true);
  });

  it("cancels an order once, however often the button is pressed, and goes on from its heading", async () => {
    await using server = await FakeServer.start();
    await using ann = await Customer.arrive(browser, { url: server.url });
    const page = await ann.tab();
    await add(page, "MUG-OAT");
    await until(() => server.shop.carts.values().next().value?.lines.length === 1, { what: () => "a mug in the cart" });
    const [cart] = server.shop.carts.values();
    if (cart === undefined) throw new Error("Cannot go on: there is no cart");
    const { orderId } = server.shop.complete(cart, "elsewhere");

    await page.goto(`${server.url}/orders/${orderId}`);
    let cancels = 0;
    await page.route("**/cancel", async (route) => {
      cancels += 1;
      await page.locator("[data-cancel][aria-disabled=true]").waitFor();
      await page.locator("[data-cancel]").dispatchEvent("click");
      await route.continue();
    });
    await page.locator("[data-cancel]").click();
    await page.locator("h1").filter({ hasText: "Cancelled" }).waitFor();
    await page.locator("h1:focus").waitFor();
    expect(cancels).toBe(1);
  });
});

const WITHHOLD = [
  `Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } })`,
  `Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); }`,
  `Object.defineProperty(Navigator.prototype, "locks", { value: undefined })`,
  `if (globalThis.LockManager) LockManager.prototype.request = () => Promise.reject(new DOMException("denied", "SecurityError"))`,
  `delete globalThis.BroadcastChannel`,
];
