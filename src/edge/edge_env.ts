import type { Context } from "hono";
import type { Trace } from "./request_headers.ts";

/** What hono carries beside a request: what `Deno.serve` knows of the connection, and what the entrance found out. */
export interface EdgeEnv {
  readonly Bindings: { readonly remoteAddr?: Deno.Addr };
  readonly Variables: { readonly trace: Trace };
}

export type EdgeContext = Context<EdgeEnv>;
