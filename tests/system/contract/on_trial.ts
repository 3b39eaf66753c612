import type { Shop } from "../client/shop.ts";

/** Where the contract is tried: the shop is open by the time that a test runs. */
export type OnTrial = () => Shop;
