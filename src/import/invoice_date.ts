/** Whether `12/1/2010` is 1 December or 12 January. */
export type DateOrder = "month_first" | "day_first";

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const SLASHED = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})(?: \d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?)?$/;

/** The day of a date as the file writes it, as `YYYY-MM-DD`; undefined when it is none. Clock times are dropped. */
export function dayOf(text: string, order: DateOrder): string | undefined {
  const iso = ISO.exec(text);
  if (iso !== null) return realDay(Number(iso[1]), Number(iso[2]), { day: Number(iso[3]) });

  const slashed = SLASHED.exec(text);
  if (slashed === null) return undefined;
  const first = Number(slashed[1]);
  const second = Number(slashed[2]);
  const year = Number(slashed[3]);
  const [month, day] = order === "month_first" ? [first, second] : [second, first];
  return realDay(year < 100 ? 2000 + year : year, month, { day });
}

/** What a single date says about the order of all: undefined when it says nothing. */
export function orderIn(text: string): DateOrder | "unambiguous" | undefined {
  if (ISO.test(text)) return "unambiguous";
  const slashed = SLASHED.exec(text);
  if (slashed === null) return undefined;
  if (Number(slashed[1]) > 12) return "day_first";
  return Number(slashed[2]) > 12 ? "month_first" : undefined;
}

function realDay(year: number, month: number, { day }: { readonly day: number }): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.toISOString().slice(0, 10);
}
