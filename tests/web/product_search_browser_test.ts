import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Browser, Page, Route } from "playwright-core";
import { until } from "../harness/until.ts";
import { Customer, openBrowser } from "./browser.ts";
import { FakeServer } from "./fake_server.ts";
import type { FakeProduct } from "./fake_shop.ts";

const PAGE_SIZE = 6;

describe("products on the page", () => {
  let browser: Browser;
  let server: FakeServer;
  before(async () => {
    [browser, server] = await Promise.all([openBrowser(), FakeServer.start()]);
    server.shop.pageSize = PAGE_SIZE;
  });
  after(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });
  const arrive = (): Promise<Customer> => Customer.arrive(browser, { url: server.url });

  it("are searched without a word about what was typed over, and what is found is spoken", async () => {
    await using ann = await arrive();
    const page = await ann.tab();
    const held = await HeldAnswers.of(page);
    for (const [index, q] of ["tea", "teapot"].entries()) {
      await page.locator("#q").fill(q);
      await held.asked(index + 1);
    }
    await held.routes.at(-1)?.continue();
    await page.locator("[data-spoken]").filter({ hasText: "1 thing for “teapot”" }).waitFor({ state: "attached" });
    expect(await page.locator(".toast").count()).toBe(0);
  });

  it("are not searched for ever: messages say so until somebody closes them", async () => {
    await using ann = await arrive();
    const page = await ann.tab();
    await page.clock.install();
    await HeldAnswers.of(page);
    await page.locator("#q").fill("teapot");
    await page.clock.runFor(60_000);
    await page.locator("[data-more-products]").click();
    await page.clock.runFor(60_000);
    const note = page.locator(".toast").filter({ hasText: "Search is temporarily unavailable" });
    await note.getByRole("button").click();
    await note.waitFor({ state: "detached" });
    expect(await page.locator(".toast").allTextContents()).toEqual([expect.stringContaining("More products are")]);
  });

  it("become more once, from the first new one on, and all stay up to date", async () => {
    await using ann = await arrive();
    const page = await ann.tab();
    const held = await HeldAnswers.of(page);
    await page.locator("[data-more-products]").focus();
    for (const _ of ["once", "twice"]) await page.keyboard.press("Enter");
    await held.asked(1);
    for (const route of held.routes) await route.continue();
    const last = page.locator(".card").nth(2 * PAGE_SIZE - 1);
    await last.waitFor();
    expect(await page.locator(".card").count()).toBe(2 * PAGE_SIZE);
    const focused = "[...document.querySelectorAll('.card a')].indexOf(document.activeElement)";
    expect(await page.evaluate(focused)).toBe(PAGE_SIZE);
    soldDownTo(2, 2 * PAGE_SIZE - 1);
    await look(page);
    await last.getByText("Only 2 left").waitFor();
  });

  it("stay up to date on the second page too", async () => {
    await using ann = await arrive();
    const page = await ann.tab();
    await page.goto(server.url + await page.locator("[data-more-products]").getAttribute("href"));
    expect(await page.title()).toBe("More things · Vitrine");
    soldDownTo(1, PAGE_SIZE);
    await look(page);
    await page.locator(".card").first().getByText("Only 1 left").waitFor();
  });

  it("do not come under what was searched since they were asked for", async () => {
    await using ann = await arrive();
    const page = await ann.tab();
    const held = await HeldAnswers.of(page);
    await page.locator("[data-more-products]").click();
    await page.locator("#q").fill("teapot");
    await held.asked(2);
    const [more, searched] = held.routes;
    await searched?.continue();
    await page.locator(".card").nth(1).waitFor({ state: "detached" });
    await Promise.all([page.waitForEvent("requestfinished"), more?.continue()]);
    await page.evaluate("new Promise(requestAnimationFrame)");
    expect(await page.locator(".card-name").allTextContents()).toEqual(["Fern teapot"]);
  });

  it("say on their own page how many can be had, and when they are not sold any more", async () => {
    await using ann = await arrive();
    const { sku } = productAt(0);
    const page = await ann.tab(`/products/${sku}`);
    soldDownTo(3, 0);
    await look(page);
    await page.locator("[data-quantity][max='3']").waitFor();
    server.shop.products = server.shop.products.slice(1);
    await look(page);
    await page.getByText("Not sold any more").waitFor();
    expect(await page.locator("[data-add]").isDisabled()).toBe(true);
  });

  function productAt(place: number): FakeProduct {
    const product = server.shop.products[place];
    if (product === undefined) throw new Error(`Cannot find product ${place}: there are fewer`);
    return product;
  }

  function soldDownTo(available: number, place: number): void {
    productAt(place).available = available;
  }
});

/** Answers of the search that wait until the test lets them go. */
class HeldAnswers {
  readonly routes: Route[] = [];

  static async of(page: Page): Promise<HeldAnswers> {
    const held = new HeldAnswers();
    await page.route("**/fragments/products**", (route) => void held.routes.push(route));
    return held;
  }

  asked(times: number): Promise<void> {
    return until(() => this.routes.length >= times, { what: () => `${times} questions: ${this.routes.length}` });
  }
}

async function look(page: Page): Promise<void> {
  await page.evaluate("dispatchEvent(new Event('focus'))");
}
