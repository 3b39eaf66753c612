/** An exact decimal number: `units` / 10 ^ `scale`. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const NUMBER = /^([+-]?)(\d{1,18}|\d{1,3}(?:,\d{3}){1,5})?(?:\.(\d{0,18}))?(?:[eE]([+-]?\d{1,2}))?$/;
const PENCE_SCALE = 2;

/** Reads `2.55`, `-1`, `.5`, `1,234.50` and `1e-05` without ever holding a float; undefined for anything else. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;

  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole.replaceAll(",", "") + fraction;
  if (digits === "") return undefined;
  const magnitude = BigInt(digits);
  const units = sign === "-" ? -magnitude : magnitude;
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
}

/** The whole number it is; undefined when it has a fraction or is beyond ±9 × 10^15. */
export function wholeOf({ units, scale }: Decimal): number | undefined {
  const divisor = 10n ** BigInt(scale);
  const whole = Number(units / divisor);
  return units % divisor === 0n && Number.isSafeInteger(whole) ? whole : undefined;
}

/** What `quantity` pieces cost in minor units: exact, then rounded once, halves away from zero. */
export function totalMinor(quantity: number, price: Decimal): number {
  return Number(roundedMinor({ units: BigInt(quantity) * price.units, scale: price.scale }));
}

function roundedMinor({ units, scale }: Decimal): bigint {
  if (scale <= PENCE_SCALE) return units * 10n ** BigInt(PENCE_SCALE - scale);
  const divisor = 10n ** BigInt(scale - PENCE_SCALE);
  const half = units < 0n ? -divisor / 2n : divisor / 2n;
  return (units + half) / divisor;
}
