import { after, before, describe } from "@std/testing/bdd";
import type { Store } from "../../actors/runtime/ports.ts";
import { commitContract } from "./commit_contract.ts";
import { letterContract } from "./letter_contract.ts";
import { ownershipContract } from "./ownership_contract.ts";
import { Owner } from "./owner.ts";
import { readContract } from "./read_contract.ts";

export interface OpenStore extends AsyncDisposable {
  readonly store: Store;
}

/** What the tests of one adapter share: the store, and partitions that no other test writes to. */
export interface StoreUnderTest {
  store(): Store;
  /** Takes a partition of its own for a test. */
  owner(): Promise<Owner>;
}

/** Every adapter of `Store` keeps these promises. */
export function storeContract(adapter: string, open: () => Promise<OpenStore>): void {
  describe(`the store on ${adapter}`, () => {
    let opened: OpenStore | undefined;
    let partitions = 0;
    before(async () => {
      opened = await open();
    });
    after(async () => {
      await opened?.[Symbol.asyncDispose]();
    });

    const store = (): Store => {
      if (opened === undefined) throw new Error("Cannot use the store: it is not open");
      return opened.store;
    };
    const underTest: StoreUnderTest = {
      store,
      owner: () => Owner.of(store(), partitions++),
    };
    commitContract(underTest);
    ownershipContract(underTest);
    letterContract(underTest);
    readContract(underTest);
  });
}
