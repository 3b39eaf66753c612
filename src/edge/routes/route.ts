import type { z } from "zod";
import type { Role } from "../../../machines/decision.ts";
import type { Door } from "../door.ts";
import type { EdgeContext } from "../edge_env.ts";
import type { Caller } from "../identity/caller.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One address of the API: everything that the router, the reference and the fuzz test need to know of it. */
export interface Route {
  readonly method: Method;
  /** With `:name` for each parameter. */
  readonly path: string;
  /** One sentence for the reference. */
  readonly summary: string;
  readonly access: readonly Role[] | "anybody";
  /** Shape of the body together with the path's parameters. */
  readonly params?: z.ZodType;
  /** What may stand in the query: JSON Schemas by name. */
  readonly query?: Readonly<Record<string, unknown>>;
  readonly keyRequired?: boolean;
  /** An `Idempotency-Key` means nothing here. */
  readonly keyless?: boolean;
  /** Asks for a version by `If-Match`. */
  readonly versioned?: boolean;
  handle(c: EdgeContext): Promise<Response>;
}

type Described = Omit<Route, "access" | "handle">;

/** A route that needs no token. */
export function open(
  door: Door,
  { handle, ...described }: Described & { handle(c: EdgeContext): Response | Promise<Response> },
): Route {
  return {
    ...described,
    access: "anybody",
    async handle(c): Promise<Response> {
      await door.admitAnybody(c);
      return await handle(c);
    },
  };
}

/** A route for callers in one of these roles: they are known before anything else is looked at. */
export function guarded(
  door: Door,
  { handle, roles, ...described }: Described & {
    readonly roles: readonly Role[];
    handle(c: EdgeContext, caller: Caller): Response | Promise<Response>;
  },
): Route {
  return {
    ...described,
    access: roles,
    async handle(c): Promise<Response> {
      return await handle(c, await door.admit(c, roles));
    },
  };
}
