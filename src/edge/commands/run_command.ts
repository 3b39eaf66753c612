import type { Log } from "../../../actors/runtime/ports.ts";
import { hasOneOf } from "../identity/caller.ts";
import { EdgeError, invalid } from "../edge_error.ts";
import { problemOf } from "../problem.ts";
import type { CommandCall, CommandDeps, CommandResult } from "./command.ts";
import type { CommandScopes } from "./command_scopes.ts";
import { commandTable } from "./command_table.ts";
import { Wish } from "./wish.ts";

/** Runs a command by its name. Never rejects: what goes wrong is a problem of the result. */
export type RunCommand = (name: string, params: unknown, call: CommandCall) => Promise<CommandResult>;

export function commandRunner(
  deps: CommandDeps & { readonly log: Log; readonly scopes: CommandScopes },
): RunCommand {
  const { actors, ids, store, log, scopes } = deps;
  const { secret } = store.identity;
  return async function runCommand(name, params, call): Promise<CommandResult> {
    try {
      const spec = commandTable.get(name);
      if (spec === undefined) throw new EdgeError("command_unknown");
      if (!hasOneOf(spec.roles, call.principal)) throw new EdgeError("forbidden");
      if (spec.keyRequired && call.idempotencyKey === undefined) throw new EdgeError("idempotency_key_required");
      if (spec.creates && call.expectedVersion !== undefined) {
        throw invalid("If-Match", "There is no version to match before it is made");
      }
      return await spec.run(params, new Wish({ name, call, actors, ids, secret, scopes }), deps);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 500) {
        log.error("command_failed", { name, correlationId: call.correlationId, error });
      }
      return { ok: false, problem, replayed: false };
    }
  };
}
