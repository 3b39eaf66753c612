import { keyedText } from "../../../actors/runtime/address.ts";
import { BoundedMap } from "../bounded_map.ts";

/** Sixty bits: nobody meets the keys of anybody else, by chance or on purpose, since the hash is keyed. */
const LETTERS = 12;

/** Short names for pairs of customer and command, in which idempotency keys count. */
export class CommandScopes {
  readonly #secret: string;
  readonly #known = new BoundedMap<string, string>(50_000);

  constructor(secret: string) {
    this.#secret = secret;
  }

  of(sub: string, name: string): string {
    const pair = `${sub}\n${name}`;
    const known = this.#known.get(pair);
    if (known !== undefined) return known;

    const scope = keyedText(this.#secret, `scope\n${pair}`, LETTERS);
    this.#known.set(pair, scope);
    return scope;
  }
}
