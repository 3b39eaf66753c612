import type { Address } from "../../machines/decision.ts";

/** An address as rows keep it. */
export interface StoredAddress {
  readonly kind: string;
  readonly id: string;
}

export function splitAddress(address: Address): StoredAddress {
  const slash = address.indexOf("/");
  return { kind: address.slice(0, slash), id: address.slice(slash + 1) };
}

export function joinAddress({ kind, id }: StoredAddress): Address {
  return `${kind}/${id}`;
}
