import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Browser, Page } from "playwright-core";
import { add, counts, Customer, NARROW, openBrowser, says, TINY, WIDE } from "./browser.ts";

/** A running shop that can be killed and comes back with everything it had, at the same address. */
export interface ShopUnderTest extends AsyncDisposable {
  readonly url: string;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/**
 * The storefront in Chromium, before whichever shop `open` opens. Pictures of it are left in `SCREENS_DIR` for people to
 * look at; without that they go with the test.
 */
export function storefrontInChromium(name: string, open: () => Promise<ShopUnderTest>): void {
  describe(`the storefront of ${name}`, () => {
    let browser: Browser;
    let shop: ShopUnderTest;

    before(async () => {
      [browser, shop] = await Promise.all([openBrowser(), open()]);
    });
    after(async () => {
      await browser.close();
      await shop[Symbol.asyncDispose]();
    });
    const arrive = (look: Parameters<typeof Customer.arrive>[1] | object = {}): Promise<Customer> =>
      Customer.arrive(browser, { url: shop.url, ...look });

    it("keeps two tabs in step", async () => {
      await using ann = await arrive();
      const one = await ann.tab();
      const two = await ann.tab("/cart");
      await add(one, "MUG-OAT");
      await add(one, "TOY-BEAR");
      await counts(one, 2);
      await counts(two, 2);
      await two.locator("[data-key='MUG-OAT'] [data-more]").click();
      await counts(one, 3);
      await two.locator("[data-key='TOY-BEAR'] [data-remove]").click();
      await counts(one, 2);
      expect(await two.locator(".cart-line").count()).toBe(1);
      expect(await two.locator("[data-total]").textContent()).toBe("£29.00");
      expect(ann.troubles).toEqual([]);
    });

    it("makes one guest of tabs that open at the same moment", async () => {
      await using ann = await arrive();
      const tabs = await Promise.all([ann.tab(), ann.tab(), ann.tab()]);
      await add(tabs[0], "MUG-OAT");
      for (const tab of tabs) await counts(tab, 1);
      expect((await ann.context.cookies()).filter(({ name }) => name === "vitrine_session").length).toBe(1);
    });

    it("keeps customers apart", async () => {
      await using ann = await arrive();
      await using bob = await arrive();
      const [hers, his] = [await ann.tab(), await bob.tab()];
      await add(hers, "MUG-OAT");
      await counts(hers, 1);
      await add(his, "TOY-BEAR");
      await counts(his, 1);
      await his.locator("header [data-open-cart]").click();
      expect(await his.locator(".cart-name").allTextContents()).toEqual(["Winter bear"]);
    });

    it("catches up in both tabs after the server was killed and restarted, without a reload", async () => {
      await using ann = await arrive();
      const [one, two] = [await ann.tab(), await ann.tab()];
      await add(one, "MUG-OAT");
      await counts(two, 1);
      for (const page of [one, two]) await page.evaluate("document.documentElement.dataset.sameLoad = 'yes'");

      await shop.kill();
      for (const page of [one, two]) await says(page, "Reconnecting…");
      await add(one, "TOY-BEAR");
      await counts(one, 2);
      await shop.restart();

      for (const page of [one, two]) {
        await says(page, "Live");
        await counts(page, 2);
        expect(await page.evaluate("document.documentElement.dataset.sameLoad")).toBe("yes");
      }
      await add(two, "SOAP-OAT");
      await counts(one, 3);
    });

    it("works in the seventh tab, also where no WebSocket gets through", async () => {
      for (const blocked of [false, true]) {
        await using ann = await arrive();
        if (blocked) await ann.context.addInitScript(REFUSE_SOCKETS);
        const tabs: Page[] = [];
        for (let index = 0; index < 7; index += 1) tabs.push(await ann.tab());
        const [first, seventh] = [tabs.at(0), tabs.at(-1)];
        if (first === undefined || seventh === undefined) throw new Error("Cannot go on: no tab was opened");
        await add(seventh, "MUG-OAT");
        for (const tab of tabs) await counts(tab, 1);

        await first.close();
        await add(seventh, "MUG-OAT");
        for (const tab of tabs.slice(1)) await counts(tab, 2);
      }
    });

    it("leads from the shelf to the door", async () => {
      await using ann = await arrive();
      const page = await ann.tab();
      await add(page, "VASE-SEA");
      await counts(page, 1);
      await page.locator("header [data-open-cart]").click();
      await page.getByRole("link", { name: "Go to checkout" }).click();
      for (const [name, value] of ADDRESS) await page.locator(`[name=${name}]`).fill(value);
      await page.locator("[data-place]").click();
      await page.waitForURL(/\/orders\/ord_/);
      await milestone(page, "Paid", "current");
      const orderId = page.url().split("/").at(-1) ?? "";
      const tracking = await ann.tab(await page.locator("[data-slot=tracking]").getAttribute("href") ?? "");
      const account = await ann.tab("/account");

      const staff = await staffOf(shop.url);
      for (const [action, name] of [["accept", "Confirmed"], ["ready", "Packed"], ["ship", "On its way"]] as const) {
        await staff(orderId, action);
        for (const tab of [page, tracking]) await milestone(tab, name, "current");
      }
      await account.locator(".badge").filter({ hasText: "On its way" }).waitFor();
      await page.getByText("WP 204 118").waitFor();
      await tracking.getByText("WP 204 118").waitFor();
      await staff(orderId, "deliver");
      await milestone(page, "Delivered", "done");
      await counts(page, 0);
      expect(ann.troubles).toEqual([]);
    });

    it("can be used with the keyboard alone", async () => {
      await using ann = await arrive();
      const page = await ann.tab();
      await add(page, "MUG-OAT");
      await counts(page, 1);
      await page.locator("header [data-open-cart]").focus();
      await page.keyboard.press("Enter");
      await page.locator("dialog[open]").waitFor();
      for (let step = 0; step < 12; step += 1) {
        await page.keyboard.press("Tab");
        const place = await page.evaluate(
          "document.activeElement === document.body || document.activeElement.closest('dialog') !== null",
        );
        expect(place).toBe(true);
      }
      await page.keyboard.press("Escape");
      await page.locator("dialog[open]").waitFor({ state: "detached" });
      expect(await page.evaluate("document.activeElement.matches('header [data-open-cart]')")).toBe(true);
    });

    it("says that the device is offline, and comes back", async () => {
      await using ann = await arrive();
      const page = await ann.tab();
      await ann.context.setOffline(true);
      await says(page, "Offline");
      await page.locator("[data-banner]").filter({ hasText: "You are offline" }).waitFor();
      await ann.context.setOffline(false);
      await says(page, "Live");
      await page.locator("[data-banner]").waitFor({ state: "hidden" });
    });

    it("searches while one types, and without scripts", async () => {
      await using ann = await arrive();
      const page = await ann.tab();
      await page.locator("#q").fill("teapot");
      await page.locator(".card-name").filter({ hasText: "Fern teapot" }).waitFor();
      await page.locator(".card").nth(1).waitFor({ state: "detached" });
      await page.locator("#q").fill("zzzzz");
      await page.locator(".empty").filter({ hasText: "Nothing found" }).waitFor();

      await using plain = await arrive({ scripts: false });
      const simple = await plain.tab("/", { live: false });
      await simple.locator("#q").fill("teapot");
      await simple.keyboard.press("Enter");
      await simple.waitForURL(/q=teapot/);
      expect(await simple.locator(".card-name").allTextContents()).toEqual(["Fern teapot"]);
    });

    it("fits wide and narrow screens, by day and by night", async () => {
      const kept = Deno.env.get("SCREENS_DIR");
      const directory = kept ?? await Deno.makeTempDir({ prefix: "vitrine-screens-" });
      for (const [size, viewport] of [["wide", WIDE], ["narrow", NARROW], ["tiny", TINY]] as const) {
        for (const dark of size === "tiny" ? [false] : [false, true]) {
          await using ann = await arrive({ viewport, dark });
          const page = await ann.tab();
          await add(page, "MUG-OAT");
          await counts(page, 1);
          for (const path of ["/", "/products/VASE-SEA", "/cart", "/checkout", "/account", "/nowhere"]) {
            await page.goto(shop.url + path);
            await says(page, "Live");
            const name = `${path === "/" ? "home" : path.slice(1).replaceAll("/", "-")}-${size}${dark ? "-dark" : ""}`;
            await page.screenshot({ path: `${directory}/${name}.png` });
            expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
          }
          expect(ann.troubles).toEqual([]);
        }
      }
      if (kept === undefined) await Deno.remove(directory, { recursive: true });
    });
  });
}

const ADDRESS = [["name", "Ada Lark"], ["line1", "3 Quay Street"], ["city", "Bristol"], [
  "postcode",
  "BS1 4TR",
]] as const;

/** Stands in for a proxy that lets no WebSocket through. */
const REFUSE_SOCKETS = `globalThis.WebSocket = class extends EventTarget {
  static OPEN = 1;
  constructor() { super(); setTimeout(() => this.onclose?.({}), 5); }
  send() {}
  close() {}
};`;

async function milestone(page: Page, name: string, state: string): Promise<void> {
  await page.locator(`.milestone[data-state="${state}"]`).filter({ hasText: name }).waitFor();
}

type StaffAction = (orderId: string, action: "accept" | "ready" | "ship" | "deliver") => Promise<void>;

async function staffOf(url: string): Promise<StaffAction> {
  const headers = { "content-type": "application/json" };
  const wanted = { sub: "staff_wren", roles: ["staff"], stores: ["main"] };
  const answer = await fetch(`${url}/dev/token`, { method: "POST", headers, body: JSON.stringify(wanted) });
  const { token } = await answer.json();
  return async (orderId, action) => {
    const shipping = { carrier: "Wren Post", trackingNumber: "WP 204 118" };
    const response = await fetch(`${url}/api/v1/orders/${orderId}/${action}`, {
      method: "POST",
      headers: { ...headers, authorization: `Bearer ${token}`, "idempotency-key": `${orderId}-${action}` },
      body: JSON.stringify(action === "ship" ? shipping : {}),
    });
    expect([action, response.status]).toEqual([action, 200]);
    await response.body?.cancel();
  };
}
