import type { Evidence } from "./evidence.ts";
import { judgeCarts, judgeJournal, judgePromises } from "./judge_journal.ts";
import { judgeTranscripts } from "./judge_transcripts.ts";

const SHOWN = 20;

/** What is wrong, in sentences; nothing when all that must hold does. */
export function verdict(evidence: Evidence): readonly string[] {
  return [
    ...judgeJournal(evidence),
    ...judgePromises(evidence),
    ...judgeCarts(evidence),
    ...judgeTranscripts(evidence),
  ];
}

/** Throws the verdict when there is something wrong. */
export function expectInnocence(evidence: Evidence): void {
  const complaints = verdict(evidence);
  if (complaints.length === 0) return;
  const more = complaints.length > SHOWN ? [`and ${complaints.length - SHOWN} more`] : [];
  throw new Error([`${complaints.length} complaints:`, ...complaints.slice(0, SHOWN), ...more].join("\n"));
}
