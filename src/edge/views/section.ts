import { z } from "zod";
import { ActorError } from "../../../actors/runtime/errors.ts";
import type { Clock, Log } from "../../../actors/runtime/ports.ts";
import type { Cache } from "../../cache/cache.ts";
import { parsedJson } from "../../cache/parsed_json.ts";
import { EdgeError } from "../edge_error.ts";
import { within } from "../within.ts";
import { SourceBreaker } from "./source_breaker.ts";

/** A part of a page that lives and breaks by itself. `asOf` is RFC 3339. */
export type Section<Data> =
  | { readonly status: "ok" | "stale"; readonly asOf: string; readonly data: Data }
  | { readonly status: "unavailable"; readonly retryAfterMs: number };

export interface SectionDeps {
  /** Where the nodes remember how parts looked last. Nothing personal may go there. */
  readonly cache: Pick<Cache, "get" | "set">;
  readonly clock: Clock;
  readonly log: Log;
  /** How long the source may take before its part is shown as it was. */
  readonly timeoutMs: number;
}

export interface SourceOptions<Data> extends SectionDeps {
  /** What the part looks like: what is remembered is believed only so far. */
  readonly shape: z.ZodType<Data>;
}

/** Whom a part is shown to, and which of theirs it is. */
export type Viewed = readonly [customerId: string, ...rest: readonly string[]];

const RETRY_AFTER_MS = 1000;
/** How long a part is shown as it was. */
const REMEMBERED_MS = 3_600_000;

/** Where one part of a page comes from. Remembers how the part looked last, for each customer. */
export class Source<Data> {
  readonly #name: string;
  readonly #options: SourceOptions<Data>;
  readonly #breaker = new SourceBreaker();

  constructor(name: string, options: SourceOptions<Data>) {
    this.#name = name;
    this.#options = options;
  }

  /**
   * The part as `read` finds it. When that fails or dawdles: as any node last found it for the same viewer, else
   * `unavailable`. Does not even ask for a while once it failed for several. Rejects with `not_found` alone.
   */
  async load(viewed: Viewed, read: () => Promise<Data>): Promise<Section<Data>> {
    const { clock, timeoutMs, log } = this.#options;
    const askedAt = clock.now();
    if (this.#breaker.isOpen(askedAt)) return await this.#lastKnown(viewed);
    try {
      const late = (): Error => new Error(`Cannot load "${this.#name}": it takes longer than ${timeoutMs} ms`);
      const data = await within(read(), { clock, timeoutMs, late });
      this.#breaker.succeeded();
      return this.#remembered(viewed, { asOf: new Date(askedAt).toISOString(), data });
    } catch (error) {
      if (isMissing(error)) throw new EdgeError("not_found", {}, { cause: error });
      if (!isTheirOwn(error)) this.#breaker.failed(viewed[0], clock.now());
      log.warn("section_failed", { section: this.#name, error });
      return await this.#lastKnown(viewed);
    }
  }

  #remembered(viewed: Viewed, found: { readonly asOf: string; readonly data: Data }): Section<Data> {
    const keeping = { ttlMs: REMEMBERED_MS, version: Date.parse(found.asOf) };
    void this.#options.cache.set(this.#keyOf(viewed), JSON.stringify(found), keeping);
    return { status: "ok", ...found };
  }

  async #lastKnown(viewed: Viewed): Promise<Section<Data>> {
    const { cache, shape } = this.#options;
    const known = parsedJson(
      await cache.get(this.#keyOf(viewed)),
      z.object({ asOf: z.iso.datetime(), data: z.unknown() }),
    );
    const data = shape.safeParse(known?.data);
    if (known === undefined || !data.success) return unavailable();
    return { status: "stale", asOf: known.asOf, data: data.data };
  }

  /** No two viewers have the same, whatever their names are. */
  #keyOf(viewed: Viewed): string {
    return `view/${JSON.stringify([this.#name, ...viewed])}`;
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

/** What is wrong is this one actor's, and says nothing of the others. */
function isTheirOwn(error: unknown): boolean {
  return error instanceof ActorError && ["mailbox_full", "message_failed", "too_large"].includes(error.code);
}
