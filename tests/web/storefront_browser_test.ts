import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Browser } from "playwright-core";
import { until } from "../harness/until.ts";
import { add, counts, Customer, openBrowser, says } from "./browser.ts";
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
    await using ann = await Customer.arrive(browser, { url: server.url });
    const page = await ann.tab("/products/SOAP-OAT");
    await page.locator("[data-quantity]").fill("20000");
    await page.locator("[data-add]").click();
    await page.getByText("more than we can put in one cart").waitFor();
    await counts(page, 0);
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
});
