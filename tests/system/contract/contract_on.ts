import { after, before } from "@std/testing/bdd";
import type { VitrineServerOptions } from "../../harness/vitrine_server.ts";
import { Shop } from "../client/shop.ts";
import { cartContract } from "./cart_contract.ts";
import { checkoutContract } from "./checkout_contract.ts";
import { identityContract } from "./identity_contract.ts";
import { operationContract } from "./operation_contract.ts";
import { orderContract } from "./order_contract.ts";
import { productContract } from "./product_contract.ts";
import { receiptContract } from "./receipt_contract.ts";
import { streamContract } from "./stream_contract.ts";

/** Registers the whole outside contract as tests of one server. */
export function contractOn(options: () => Promise<VitrineServerOptions>): void {
  let opened: Shop | undefined;
  const shop = (): Shop => {
    if (opened === undefined) throw new Error("Cannot test a shop that is not open");
    return opened;
  };
  before(async () => {
    const { env, ...more } = await options();
    // What a busy machine takes is no outage.
    opened = await Shop.open({ ...more, env: { SECTION_TIMEOUT_MS: "30000", ...env } });
  });
  after(async () => await opened?.[Symbol.asyncDispose]());

  identityContract(shop);
  cartContract(shop);
  checkoutContract(shop);
  orderContract(shop);
  productContract(shop);
  streamContract(shop);
  receiptContract(shop);
  operationContract(shop);
}
