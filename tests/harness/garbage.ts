import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Frees what this process no longer refers to, now. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}
