/** Reads streams of customers and says what comes: `<number> at <cursor>`, `<number> ended`. Takes a URL and tokens. */
import { EventStreamLine } from "../client/event_stream_line.ts";

const [url, ...tokens] = Deno.args;

await Promise.all(tokens.map(async (token, number) => {
  const say = (what: string): void => console.info(`${number} ${what}`);
  const listener = {
    opened: ({ cursor }: { readonly cursor: string }) => say(`at ${cursor}`),
    frame: (cursor: string) => say(`at ${cursor}`),
    sentAway: (code: string) => say(`sent away: ${code}`),
    ended: () => say("ended"),
  };
  await EventStreamLine.open(`${url}/sse/storefront`, { token, listener });
}));
