import { decodeOutcome, encodeAccepted, encodeRefused } from "./outcome.ts";
import type { CommandMail } from "./mail.ts";
import type { OpenBatch, Settlement } from "./open_batch.ts";
import type { Resident } from "./resident.ts";
import type { UnitEffects } from "./unit.ts";

/** Settles an accepted command: its answer, and what is remembered of it. */
export function accepted(
  effects: UnitEffects,
  { mail, resident }: { readonly mail: CommandMail; readonly resident: Resident },
): Settlement {
  const { reply, outcome } = effects;
  if (reply === undefined) return { mail, resident, effects };

  const told = { ...reply, ...(outcome === undefined ? {} : { outcome }) };
  const answer = { ok: true, ...told, replayed: false } as const;
  if (isFresh(mail) && isTraceless(effects)) return { mail, resident, effects, answer };
  return { mail, resident, effects, answer, outcomeJson: encodeAccepted(told) };
}

/** Settles a refusal: remembered like an acceptance, unless nobody can ever repeat it. */
export function refuseMail(
  batch: OpenBatch,
  { mail, resident, reason, details }: {
    readonly mail: CommandMail;
    readonly resident: Resident;
    readonly reason: string;
    readonly details?: Readonly<Record<string, unknown>> | undefined;
  },
): void {
  const refused = { reason, version: resident.version, ...(details === undefined ? {} : { details }) };
  const answer = { ok: false, ...refused, replayed: false } as const;
  if (mail.letter !== undefined) return batch.settle({ mail, resident, answer });
  if (!isFresh(mail)) return batch.settle({ mail, resident, answer, outcomeJson: encodeRefused(refused) });
  batch.looked.add(resident.partition);
  batch.echoes.push({ mail, answer });
}

/** Answers without a decision: nothing is to be remembered. */
export function turnDown(
  batch: OpenBatch,
  { mail, resident, reason }: {
    readonly mail: CommandMail;
    readonly resident: Resident;
    readonly reason: "not_found" | "not_decided";
  },
): void {
  batch.looked.add(resident.partition);
  batch.echoes.push({ mail, answer: { ok: false, reason, version: 0, replayed: false } });
}

/** Answers with what was decided the first time, or refuses the id when it comes with another body. */
export function echo(
  batch: OpenBatch,
  { mail, fingerprint, outcomeJson }: {
    readonly mail: CommandMail;
    readonly fingerprint: string;
    readonly outcomeJson: string;
  },
): void {
  const reused = { ok: false, reason: "idempotency_key_reused", version: 0, replayed: false } as const;
  batch.echoes.push({ mail, answer: fingerprint === mail.fingerprint ? decodeOutcome(outcomeJson) : reused });
}

/** Its id was made for this very call: nobody will ever repeat it with a refusal to be remembered. */
function isFresh(mail: CommandMail): boolean {
  return mail.fingerprint === "";
}

function isTraceless({ events, letters, timers, aliases }: UnitEffects): boolean {
  return events.length + letters.length + timers.length + aliases.length === 0;
}
