import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { chromiumBinary } from "../harness/chromium_binary.ts";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const WIDE = { width: 1280, height: 900 } as const;
export const TINY = { width: 320, height: 640 } as const;
export const NARROW = { width: 390, height: 844 } as const;

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: await chromiumBinary(), args: FLAGS });
}

export interface Look {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly scripts?: boolean;
  readonly dark?: boolean;
}

/** A fresh profile: a customer of its own. Notes what goes wrong in its pages. */
export class Customer implements AsyncDisposable {
  readonly context: BrowserContext;
  readonly troubles: string[] = [];
  readonly #url: string;

  private constructor(context: BrowserContext, url: string) {
    this.context = context;
    this.#url = url;
    context.on("console", (message) => {
      const isExpected = message.text().startsWith("Failed to load resource") || message.text().includes("WebSocket");
      if (message.type() === "error" && !isExpected) this.troubles.push(message.text());
    });
    context.on("weberror", (error) => this.troubles.push(String(error.error())));
  }

  static async arrive(
    browser: Browser,
    { url, viewport = WIDE, scripts = true, dark = false }: Look & { readonly url: string },
  ): Promise<Customer> {
    const context = await browser.newContext({
      viewport,
      javaScriptEnabled: scripts,
      colorScheme: dark ? "dark" : "light",
    });
    context.setDefaultTimeout(30_000);
    return new Customer(context, url);
  }

  /** Opens a tab; a live one by default. */
  async tab(path = "/", { live = true }: { readonly live?: boolean } = {}): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(this.#url + path);
    if (live) await says(page, "Live");
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }
}

/** Waits until the header says so. */
export async function says(page: Page, words: string): Promise<void> {
  await page.locator("[data-live-words]").filter({ hasText: words }).waitFor();
}

export async function counts(page: Page, items: number): Promise<void> {
  await page.locator("[data-cart-count]").filter({ hasText: new RegExp(`^${items}$`) }).waitFor();
}

export function add(page: Page, sku: string): Promise<void> {
  return page.locator(`[data-sku="${sku}"] [data-add]`).first().click();
}
