import type { Config } from "../../config.ts";
import { invalid } from "../edge_error.ts";

/** Methods of the simulated provider that misbehave on purpose: not to be had in production. */
const TEST = "test_";

/** The payment method that is named, if the shop offers it. */
export function methodOf<Method extends string | undefined>(
  method: Method,
  { paymentMethods, production }: Pick<Config, "paymentMethods" | "production">,
): Method {
  const isOffered = method === undefined || paymentMethods.includes(method) || (!production && method.startsWith(TEST));
  if (!isOffered) throw invalid("paymentMethod", `It must be one of: ${paymentMethods.join(", ")}`);
  return method;
}
