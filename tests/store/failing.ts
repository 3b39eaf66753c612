import type { StoreFailure } from "../../actors/runtime/errors.ts";
import { StoreError } from "../../actors/runtime/errors.ts";

/** What a call fails with; throws when it succeeds or fails as anything but a `StoreError`. */
export async function failureOf(call: Promise<unknown>): Promise<StoreError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error("Cannot find a failure: the call succeeded");
}

export async function failing(call: Promise<unknown>): Promise<StoreFailure> {
  return (await failureOf(call)).failure;
}
