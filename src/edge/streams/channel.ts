/** What a client names when it wants to hear about something. */
export type Channel =
  | { readonly kind: "customer" }
  | { readonly kind: "order"; readonly orderId: string }
  | { readonly kind: "track"; readonly trackingId: string }
  | { readonly kind: "store"; readonly storeId: string }
  | { readonly kind: "flash_sales" };

const NAMED = /^(order|track):([A-Za-z0-9_-]{1,64})$/;
const STORE = /^store:([A-Za-z0-9_-]{1,64}):orders$/;

/** Reads `customer`, `order:{id}`, `track:{trackingId}`, `store:{id}:orders`, `flash-sales`. */
export function readChannel(name: string): Channel | undefined {
  if (name === "customer") return { kind: "customer" };
  if (name === "flash-sales") return { kind: "flash_sales" };

  const storeId = STORE.exec(name)?.[1];
  if (storeId !== undefined) return { kind: "store", storeId };

  const [, kind, id] = NAMED.exec(name) ?? [];
  if (id === undefined) return undefined;
  return kind === "order" ? { kind, orderId: id } : { kind: "track", trackingId: id };
}

/** Whether a channel is for whoever knows its name. */
export function isOpenToAnybody({ kind }: Channel): boolean {
  return kind === "track" || kind === "flash_sales";
}
