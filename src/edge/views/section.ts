import { ActorError } from "../../../actors/runtime/errors.ts";
import type { Clock, Log } from "../../../actors/runtime/ports.ts";
import { BoundedMap } from "../bounded_map.ts";
import { EdgeError } from "../edge_error.ts";
import { within } from "../within.ts";

/** A part of a page that lives and breaks by itself. `asOf` is RFC 3339. */
export type Section<Data> =
  | { readonly status: "ok" | "stale"; readonly asOf: string; readonly data: Data }
  | { readonly status: "unavailable"; readonly retryAfterMs: number };

export interface SourceOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** How long the source may take before its part is shown as it was. */
  readonly timeoutMs: number;
}

const REMEMBERED = 5000;
const RETRY_AFTER_MS = 1000;

/** Where one part of a page comes from. Remembers how the part looked last, for each key. */
export class Source<Data> {
  readonly #name: string;
  readonly #options: SourceOptions;
  readonly #known = new BoundedMap<string, { readonly asOf: string; readonly data: Data }>(REMEMBERED);

  constructor(name: string, options: SourceOptions) {
    this.#name = name;
    this.#options = options;
  }

  /**
   * The part as `read` finds it. When that fails or dawdles: as it was last found under this key, which must name whoever
   * it is shown to, else `unavailable`. Rejects with `not_found` alone.
   */
  async load(key: string, read: () => Promise<Data>): Promise<Section<Data>> {
    const { clock, timeoutMs, log } = this.#options;
    try {
      const late = (): Error => new Error(`Cannot load "${this.#name}": it takes longer than ${timeoutMs} ms`);
      const data = await within(read(), { clock, timeoutMs, late });
      const found = { asOf: new Date(clock.now()).toISOString(), data };
      this.#known.set(key, found);
      return { status: "ok", ...found };
    } catch (error) {
      if (isMissing(error)) throw new EdgeError("not_found", {}, { cause: error });
      log.warn("section_failed", { section: this.#name, error });
      const known = this.#known.get(key);
      return known === undefined ? unavailable() : { status: "stale", ...known };
    }
  }
}

export function unavailable(): Section<never> {
  return { status: "unavailable", retryAfterMs: RETRY_AFTER_MS };
}

/** What is made of a part: as fresh as the part is. */
export function derive<Data, Made>(section: Section<Data>, make: (data: Data) => Made): Section<Made> {
  return section.status === "unavailable" ? section : { ...section, data: make(section.data) };
}

function isMissing(error: unknown): boolean {
  if (error instanceof EdgeError) return error.code === "not_found";
  return error instanceof ActorError && error.code === "not_readable";
}
