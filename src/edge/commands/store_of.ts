import type { Config } from "../../config.ts";
import { invalid } from "../edge_error.ts";

/** The store that takes an order: the one that is named, if there is such a store, else the shop's first. */
export function storeOf(storeId: string | undefined, { stores }: Pick<Config, "stores">): string {
  const found = storeId === undefined ? stores[0] : stores.find((store) => store === storeId);
  if (found === undefined) throw invalid("storeId", "There is no such store");
  return found;
}
