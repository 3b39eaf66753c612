const NOTE = "vitrine-reloaded-for";

export interface ReloadParts {
  /** Throws where the browser keeps nothing: then nobody could tell the first time from the next. */
  readonly storage: () => Pick<Storage, "getItem" | "setItem">;
  readonly reload: () => void;
}

/** Begins a page anew that was made for somebody else than the browser is by now; never twice for the same customer. */
export function reloadOnce(customerId: string, { storage, reload }: ReloadParts): void {
  try {
    if (storage().getItem(NOTE) === customerId) return;
    storage().setItem(NOTE, customerId);
  } catch {
    return;
  }
  reload();
}
