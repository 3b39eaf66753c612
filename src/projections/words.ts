/** The first letters of a word: one sign may come apart into eighteen, and PostgreSQL takes no word of 2,047 bytes. */
const WORD = /(?<![\p{L}\p{N}])[\p{L}\p{N}]{1,64}/gu;
const ACCENT = /\p{M}/gu;
const MAX_WORDS = 8;

/** The words of a text as they are searched for: lower case, without accents and signs, of at most 64 letters. */
export function wordsOf(text: string): readonly string[] {
  return text.normalize("NFKD").replaceAll(ACCENT, "").toLowerCase().match(WORD) ?? [];
}

/** A `tsquery` that finds texts with words that begin with each of the query's words; undefined: no word in it. */
export function searchQuery(text: string): string | undefined {
  const words = wordsOf(text).slice(0, MAX_WORDS);
  return words.length === 0 ? undefined : words.map((word) => `'${word}':*`).join(" & ");
}
