/** Codes of fees and services in retailers' invoices, with the name to use when a line has none. */
const FEES: ReadonlyMap<string, string> = new Map([
  ["POST", "Postage"],
  ["DOT", "Dotcom postage"],
  ["C2", "Carriage"],
  ["C3", "Carriage"],
  ["M", "Manual"],
  ["D", "Discount"],
  ["S", "Samples"],
  ["B", "Adjust bad debt"],
  ["CRUK", "CRUK commission"],
  ["PADS", "Pads to match all cushions"],
  ["AMAZONFEE", "Amazon fee"],
  ["BANK CHARGES", "Bank charges"],
  ["ADJUST", "Adjustment"],
]);

const FEE_WORDS = /FEE|CHARGE|POSTAGE|CARRIAGE|DISCOUNT|ADJUST|COMMISSION|VOUCHER|^GIFT/;
/** Shorter than the shortest article number. */
const MAX_FEE_LENGTH = 4;
const MAX_FEE_DIGITS = 2;

/**
 * Whether a stock code names goods that lie on a shelf.
 *
 * Fees are the known ones, whatever says so by its name, and every code too short to be an article: at most four
 * characters with at most two digits. A fee taken for goods does no harm but an idle stock item.
 */
export function isStocked(stockCode: string): boolean {
  const code = stockCode.toUpperCase();
  if (FEES.has(code) || FEE_WORDS.test(code)) return false;
  return code.length > MAX_FEE_LENGTH || code.replaceAll(/\D/g, "").length > MAX_FEE_DIGITS;
}

/** A name for a code that no line of the file names. */
export function fallbackName(stockCode: string): string {
  return FEES.get(stockCode.toUpperCase()) ?? stockCode;
}
