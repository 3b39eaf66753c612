import { VitrineServer, type VitrineServerOptions } from "../../harness/vitrine_server.ts";
import { Api, type ApiOptions } from "./api.ts";
import { adminToken, staffToken } from "./people.ts";
import { booksInFile } from "../load/providers_books.ts";
import { ShopFloor, type Staffed } from "./shop_floor.ts";

/** A Vitrine of one process under test, and who works there. */
export class Shop extends ShopFloor implements AsyncDisposable {
  readonly server: VitrineServer;

  private constructor(api: Api, { server, ...people }: Omit<Staffed, "books"> & { readonly server: VitrineServer }) {
    super(api, { ...people, books: () => booksInFile(server.dataDir) });
    this.server = server;
  }

  static async open({ patienceMs, ...options }: VitrineServerOptions & ApiOptions = {}): Promise<Shop> {
    const server = await VitrineServer.start(options);
    const api = new Api(server.url, { patienceMs });
    return new Shop(api, { server, admin: await adminToken(api), staff: await staffToken(api) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}
