import type { PublishedEvent } from "../../src/events/published_event.ts";

const BEGIN = "<!-- types: made by `deno task schemas` -->";
const END = "<!-- /types -->";

/** The page with the list of these types in its place. */
export function withTypes(page: string, events: readonly PublishedEvent[]): string {
  const [before, rest = ""] = page.split(BEGIN);
  const [, after] = rest.split(END);
  if (after === undefined) throw new Error("Cannot find the place of the list of types");
  return `${before}${BEGIN}\n\n${events.map(line).join("\n")}\n\n${END}${after}`;
}

function line({ eventType, summary, planned }: PublishedEvent): string {
  return `- \`${eventType}\`${planned ? " (planned)" : ""}: ${summary}`;
}
