import type { Role } from "../../machines/decision.ts";
import { findServiceCommand, queriedKinds, type ServiceCommand } from "./service_commands.ts";

export const COMMANDS = "vitrine.cmd";
export const MAIL = "vitrine.mail";
export const QUERIES = "vitrine.query";

/** A command's subject, taken apart; `id` is still a token. */
export interface CommandSubject {
  readonly served: ServiceCommand;
  readonly idToken: string;
}

/** What `<prefix>.<kind>.<id>.<command>` names; undefined when there is no such command. */
export function commandSubject(subject: string, prefix: typeof COMMANDS | typeof MAIL): CommandSubject | undefined {
  const [kind, idToken, command, ...more] = tokensAfter(subject, prefix);
  if (kind === undefined || idToken === undefined || command === undefined || more.length > 0) return undefined;
  const served = findServiceCommand(kind, command);
  return served && { served, idToken };
}

export interface QuerySubject {
  readonly kind: string;
  readonly idToken: string;
  /** Whoever has one of these may ask. */
  readonly roles: readonly Role[];
}

/** What `vitrine.query.<kind>.<id>` names; undefined when nothing of that kind can be asked for. */
export function querySubject(subject: string): QuerySubject | undefined {
  const [kind, idToken, ...more] = tokensAfter(subject, QUERIES);
  if (kind === undefined || idToken === undefined || more.length > 0) return undefined;
  const queried = queriedKinds.get(kind);
  return queried === undefined ? undefined : { kind, idToken, roles: queried.roles };
}

function tokensAfter(subject: string, prefix: string): readonly string[] {
  return subject.startsWith(`${prefix}.`) ? subject.slice(prefix.length + 1).split(".") : [];
}
