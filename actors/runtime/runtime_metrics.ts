/** What the runtime counts. Called on the hot path: implementations add numbers and nothing else. */
export interface RuntimeMetrics {
  /** One commit returned: how many units it held and how long it took, milliseconds. */
  committed(units: number, tookMs: number): void;
  /** A commit met a newer epoch. */
  fenced(partitions: number): void;
  deadLettered(): void;
  /** Frames handed to outlets. */
  pushed(frames: number): void;
  resumed(outcome: "resumed" | "snapshot" | "reset"): void;
}
