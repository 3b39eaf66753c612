const SECRET_NAME = /authorization|cookie|password|secret|ticket|token/i;
const JWT = /\beyJ[\w-]{4,}\.[\w-]{4,}\.[\w-]*/g;
const PASSWORD_IN_URL = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi;

/** A value as it may be logged: without tokens, wherever in a text they stand, and without what is called a secret. */
export function discreet(name: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (SECRET_NAME.test(name)) return "[hidden]";
  return value.replaceAll(JWT, "[token]").replaceAll(PASSWORD_IN_URL, "$1:[hidden]@");
}
