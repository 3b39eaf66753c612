/**
 * Whether a request with a customer's cookie was sent by a page that may: one of ours, or of an allowed origin. Clients
 * that are no browsers send neither header, and carry no cookie that somebody else could abuse.
 */
export function isFromAllowedOrigin(request: Request, allowedOrigins: readonly string[]): boolean {
  const origin = request.headers.get("origin");
  if (origin !== null) return allowedOrigins.includes(origin) || isOwnHost(origin, request);

  const site = request.headers.get("sec-fetch-site");
  return site === null || site === "same-origin" || site === "none";
}

/** By host alone: a proxy that ends TLS makes the schemes differ. */
function isOwnHost(origin: string, request: Request): boolean {
  if (!URL.canParse(origin)) return false;
  const host = request.headers.get("host") ?? new URL(request.url).host;
  return new URL(origin).host === host;
}

/** Whether the client's side of the connection is encrypted. */
export function isHttps(request: Request, { trustProxy }: { readonly trustProxy: boolean }): boolean {
  if (trustProxy && request.headers.get("x-forwarded-proto") === "https") return true;
  return request.url.startsWith("https:");
}
