/** Whether somebody wants a page: everything else keeps the API's own way of saying that there is nothing. */
export function isPageRequest({ headers, url }: Pick<Request, "headers" | "url">): boolean {
  const accepts = headers.get("accept") ?? "";
  return accepts.includes("text/html") && !/^\/(api|sse|ws|dev|schemas)(\/|$)/.test(new URL(url).pathname);
}
