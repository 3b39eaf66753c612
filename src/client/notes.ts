/** What pages of a browser write down for each other. */
export interface Notes {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

/** Notes that never fail: a browser may keep none, or no more, and then nothing is found again. */
export function notesIn(storage: () => Notes): Notes {
  return {
    getItem(name): string | null {
      try {
        return storage().getItem(name);
      } catch {
        return null;
      }
    },
    setItem(name, value): void {
      try {
        storage().setItem(name, value);
      } catch {
        // Whoever has to know reads it again.
      }
    },
  };
}
