import type { z } from "zod";
import type { Actors } from "../../../actors/runtime/actors.ts";
import type { Clock, Ids, Store } from "../../../actors/runtime/ports.ts";
import type { Principal, Role } from "../../../machines/decision.ts";
import type { Config } from "../../config.ts";
import type { Catalogue } from "../catalogue.ts";
import type { Identity } from "../identity/identity.ts";
import { invalidParams } from "../issues.ts";
import type { EdgeMetrics } from "../ports.ts";
import type { Problem } from "../problem.ts";
import type { Trace } from "../request_headers.ts";
import type { Wish } from "./wish.ts";

/** A command as it comes in, by HTTP or WebSocket, beside its name and parameters. */
export interface CommandCall extends Trace {
  readonly principal: Principal;
  readonly idempotencyKey?: string;
  /** From `If-Match`. */
  readonly expectedVersion?: number;
}

export interface CommandDone {
  readonly ok: true;
  readonly status: 200 | 201;
  /** JSON text. */
  readonly bodyJson: string;
  /** For `ETag`. */
  readonly version: number;
  /** The client's key, or the one made for it; frames of streams carry it. */
  readonly commandId: string;
  readonly replayed: boolean;
}

export interface CommandFailed {
  readonly ok: false;
  readonly problem: Problem;
  readonly replayed: boolean;
}

export type CommandResult = CommandDone | CommandFailed;

export interface CommandDeps {
  readonly actors: Pick<Actors, "ask">;
  readonly catalogue: Catalogue;
  /** For tokens that come as parameters. */
  readonly identity: Pick<Identity, "verify">;
  readonly store: Pick<Store, "identity" | "events">;
  readonly config: Pick<Config, "currency" | "stores" | "paymentMethods" | "production">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly metrics: Pick<EdgeMetrics, "orderCreated">;
}

/** One thing that clients may ask for: an entry of the command table. */
export interface CommandSpec {
  readonly name: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** Whoever has one of these may ask; the actor looks at the rest. */
  readonly roles: readonly Role[];
  readonly keyRequired: boolean;
  /** What it changes is not there before: no version can be asked of it. */
  readonly creates: boolean;
  readonly params: z.ZodType;
  /** Rejects with `EdgeError` or `ActorError`. */
  run(params: unknown, wish: Wish, deps: CommandDeps): Promise<CommandResult>;
}

interface CommandParts<Params extends z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly roles: readonly Role[];
  readonly keyRequired?: boolean;
  readonly creates?: boolean;
  readonly params: Params;
  run(params: z.output<Params>, wish: Wish, deps: CommandDeps): Promise<CommandResult>;
}

/** Makes an entry of the command table: parameters are parsed before they are seen. */
export function command<Params extends z.ZodType>(parts: CommandParts<Params>): CommandSpec {
  const { name, summary, roles, keyRequired = false, creates = false, params } = parts;
  return {
    name,
    summary,
    roles,
    keyRequired,
    creates,
    params,
    run(raw, wish, deps): Promise<CommandResult> {
      const parsed = params.safeParse(raw);
      if (!parsed.success) throw invalidParams(parsed.error);
      return parts.run(parsed.data, wish, deps);
    },
  };
}
