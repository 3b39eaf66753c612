const POLL_MS = 20;

export interface UntilOptions {
  readonly withinMs?: number;
  /** How long it waits between two looks, for conditions that cost something. */
  readonly everyMs?: number;
  /** What is waited for, for the message. */
  readonly what: () => string;
}

/** Polls until `condition` holds; throws what was waited for when it does not in time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { withinMs = 30_000, everyMs = POLL_MS, what }: UntilOptions,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!await condition()) {
    if (performance.now() > deadline) throw new Error(`Cannot wait any longer for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
