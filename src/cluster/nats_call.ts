import { RequestError } from "@nats-io/transport-node";
import { ClusterError } from "../../actors/cluster/ports.ts";

/** No call to the servers takes longer, whatever they do. */
export const CALL_MS = 900;

/** Does `work` in bounded time. Rejects with `ClusterError` alone: `away`. */
export async function within<Result>(act: string, work: () => Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${CALL_MS} ms`)), CALL_MS);
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ClusterError("away", `Cannot ${act}: ${why}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Whether what was published is kept by no stream. */
export function isUnkept(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof RequestError && error.cause.isNoResponders();
}
