import { it as unbounded } from "@std/testing/bdd";

export interface BoundedOptions {
  readonly withinMs?: number;
}

/** A test of a whole process: it fails when it takes longer, instead of waiting for ever. */
export function it(name: string, test: () => Promise<void>, { withinMs = 30_000 }: BoundedOptions = {}): void {
  unbounded(name, { timeout: withinMs }, test);
}
