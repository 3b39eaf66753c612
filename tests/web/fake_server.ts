import { Hono } from "hono";
import { ActorError } from "../../actors/runtime/errors.ts";
import type { Actors } from "../../actors/runtime/actors.ts";
import { money } from "../../machines/money.ts";
import { storefront } from "../../src/web/storefront.tsx";
import { freePort } from "../harness/free_port.ts";
import { customerInCookie, fakeApi, searched } from "./fake_api.ts";
import { FakeShop } from "./fake_shop.ts";
import { type FakeNetwork, fakeStreams } from "./fake_streams.ts";

export interface FakeServerOptions {
  readonly port?: number;
  readonly staleAfterMs?: number;
}

/** The storefront on a fake shop. The shop remembers everything when the server is killed and started again. */
export class FakeServer implements AsyncDisposable {
  readonly shop = new FakeShop();
  readonly network: FakeNetwork = {
    blocksSockets: false,
    losesCarts: false,
    open: { sockets: 0, streams: 0 },
    cut: new Set(),
  };
  readonly #app: Hono;
  #port: number;
  #server: Deno.HttpServer | undefined;

  private constructor(app: (server: FakeServer) => Hono, port: number) {
    this.#app = app(this);
    this.#port = port;
  }

  static async start({ port = freePort(), staleAfterMs }: FakeServerOptions = {}): Promise<FakeServer> {
    const parts: { server?: FakeServer } = {};
    const shop = (): FakeShop => (parts.server ?? missing()).shop;
    const pages = await storefront({
      door: { admitAnybody: () => Promise.resolve() },
      products: {
        search: (query) => Promise.resolve(searched(shop(), query)),
      },
      actors: { read: (read) => readActor(shop(), read) },
      customerOf: (request) => Promise.resolve(customerInCookie(request)),
      log: console,
      staleAfterMs,
    });
    const server = new FakeServer(({ shop, network }) => {
      const app = new Hono();
      app.use("/api/carts/*", (c, next) => network.losesCarts ? Promise.resolve(c.json({}, 503)) : next());
      app.route("/", fakeStreams(shop, network));
      app.route("/", fakeApi(shop));
      app.route("/", pages);
      return app;
    }, port);
    parts.server = server;
    server.start();
    return server;
  }

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  start(): void {
    const options = { port: this.#port, hostname: "127.0.0.1", onListen: () => {} };
    const server = Deno.serve(options, (request) => this.#app.fetch(request));
    this.#server = server;
    this.#port = server.addr.port;
  }

  /** Every line ends, and nobody answers any more. */
  async kill(): Promise<void> {
    for (const cut of [...this.network.cut]) cut();
    await this.#server?.shutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

const readActor = (shop: FakeShop, { address }: Parameters<Actors["read"]>[0]): ReturnType<Actors["read"]> => {
  const [kind, sku = ""] = address.split("/");
  const product = shop.product(sku);
  if (product === undefined) {
    return Promise.reject(new ActorError("not_readable", "release", `Cannot read "${address}": there is none`));
  }
  const { priceMinor, available, ...shown } = product;
  const imageUrl = `/images/products/${encodeURIComponent(sku)}.svg`;
  const view = kind === "stock"
    ? { available }
    : { ...shown, price: money(priceMinor, "GBP"), imageUrl, status: "listed", stocked: true };
  return Promise.resolve({ view, version: 1, cursor: "1.fake" });
};

function missing(): never {
  throw new Error("Cannot read the shop: the server has not started");
}

if (import.meta.main) {
  const server = await FakeServer.start({ port: 8099 });
  console.info(server.url);
}
