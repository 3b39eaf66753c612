const PLAIN = /^[A-Za-z0-9_-]+$/;
const ESCAPED = /^(?:[A-Za-z0-9_-]|=[0-9A-F]{2})+$/;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * An id as one token of a NATS subject: every byte of its UTF-8 outside `[A-Za-z0-9_-]` becomes `=XX`, upper-case hex.
 * Throws on an empty or ill-formed text, which no subject can hold.
 */
export function subjectToken(id: string): string {
  if (PLAIN.test(id)) return id;
  if (id === "" || !id.isWellFormed()) throw new RangeError(`Cannot put ${JSON.stringify(id)} into a subject: no id`);
  return Array.from(encoder.encode(id), escaped).join("");
}

/**
 * The id that a token stands for; undefined when it is none. Every id has exactly one token, so that permissions on
 * subjects cannot be walked around by another spelling.
 */
export function idOfToken(token: string): string | undefined {
  if (PLAIN.test(token)) return token;
  if (!ESCAPED.test(token)) return undefined;

  const id = decoded(token);
  return id !== undefined && subjectToken(id) === token ? id : undefined;
}

function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  return byte < 0x80 && PLAIN.test(character) ? character : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function decoded(token: string): string | undefined {
  const bytes = token.match(/=..|./g)?.map((part) =>
    part.length === 3 ? parseInt(part.slice(1), 16) : part.charCodeAt(0)
  );
  try {
    return decoder.decode(Uint8Array.from(bytes ?? []));
  } catch {
    return undefined;
  }
}
