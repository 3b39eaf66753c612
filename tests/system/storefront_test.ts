import { VitrineServer } from "../harness/vitrine_server.ts";
import { type ShopUnderTest, storefrontInChromium } from "../web/storefront_suite.ts";

storefrontInChromium("the real server", async (): Promise<ShopUnderTest> => {
  const server = await VitrineServer.start();
  return {
    url: server.url,
    kill: () => server.kill(),
    restart: () => server.start(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
});
