import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Browser } from "playwright-core";
import { until } from "../harness/until.ts";
import { add, counts, Customer, openBrowser, says } from "./browser.ts";
import { FakeServer } from "./fake_server.ts";

describe("a cart, its checkout and its order", () => {
  let browser: Browser;
  before(async () => void (browser = await openBrowser()));
  after(() => browser.close());

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
