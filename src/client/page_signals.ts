export interface PageSignals {
  /** Somebody looks at the page again. */
  readonly wake: () => void;
  readonly setOnline: (online: boolean) => void;
  /** The page is put away, perhaps to come back as it is. */
  readonly sleep: () => void;
  readonly comeBack: () => void;
}

/** What the browser says about whether the page is seen, and whether there is a network. */
export function listenToPage({ wake, setOnline, sleep, comeBack }: PageSignals): void {
  addEventListener("online", () => setOnline(true));
  addEventListener("offline", () => setOnline(false));
  addEventListener("focus", wake);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake();
  });
  addEventListener("pagehide", sleep);
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) comeBack();
  });
  if (!navigator.onLine) setOnline(false);
}
