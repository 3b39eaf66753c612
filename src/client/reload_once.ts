import { type Notes, notesIn } from "./notes.ts";

const NOTE = "vitrine-reloaded-for";

export interface ReloadParts {
  /** Throws where the browser keeps nothing: then nobody could tell the first time from the next. */
  readonly storage: () => Notes;
  readonly reload: () => void;
}

/** Begins a page anew that was made for somebody else than the browser is by now; never twice for the same customer. */
export function reloadOnce(customerId: string, { storage, reload }: ReloadParts): void {
  const notes = notesIn(storage);
  if (notes.getItem(NOTE) === customerId) return;
  notes.setItem(NOTE, customerId);
  if (notes.getItem(NOTE) === customerId) reload();
}
