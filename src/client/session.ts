import { ANSWER_WITHIN_MS } from "./clock.ts";
import { record, text } from "./json_shape.ts";
import type { Notes } from "./notes.ts";

/** A guest that another tab has just made; older ones may be gone. */
const JUST_MADE_MS = 60_000;
const NOTE = "vitrine-guest";

export interface SessionParts {
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  /** Runs one task at a time, whichever tab it is of. */
  readonly exclusively: <Value>(task: () => Promise<Value>) => Promise<Value>;
  readonly notes: Notes;
  readonly now: () => number;
}

/**
 * Who shops here: whom the page was rendered for, else a new guest. Tabs that start at the same moment take turns, so
 * that the second finds the guest of the first.
 */
export function customerOf(rendered: string | undefined, parts: SessionParts): Promise<string> {
  if (rendered !== undefined) return Promise.resolve(rendered);
  return parts.exclusively(async () => guestJustMade(parts) ?? await newGuest(parts));
}

/** A new guest in place of a customer whose session does not count any more. */
export function renewedCustomer(former: string, parts: SessionParts): Promise<string> {
  return parts.exclusively(async () => {
    const made = guestJustMade(parts);
    return made === undefined || made === former ? await newGuest(parts) : made;
  });
}

function guestJustMade({ notes, now }: SessionParts): string | undefined {
  const [customerId, madeAt] = notes.getItem(NOTE)?.split(" ") ?? [];
  return customerId !== undefined && now() - Number(madeAt) < JUST_MADE_MS ? customerId : undefined;
}

async function newGuest({ fetch, notes, now }: SessionParts): Promise<string> {
  // The other tabs wait meanwhile.
  const response = await fetch("/api/session", { method: "POST", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (!response.ok) throw new Error(`Cannot start a session: status ${response.status}`);
  const customerId = text(record(await response.json()).customerId);
  notes.setItem(NOTE, `${customerId} ${now()}`);
  return customerId;
}
