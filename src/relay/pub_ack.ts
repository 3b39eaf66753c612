import type { Publication } from "./ports.ts";

/** What JetStream answers; read by hand, since it comes with every event. */
interface PubAck {
  readonly seq?: unknown;
  readonly duplicate?: unknown;
  readonly error?: { readonly code?: unknown; readonly description?: unknown };
}

/** From here on the server has a problem, not the event. */
const SERVER_ERROR = 500;

/** What JetStream's answer to an event says. */
export function publicationOf(text: string): Publication {
  const ack = parsed(text);
  if (ack?.error !== undefined) {
    const { code, description } = ack.error;
    const why = typeof description === "string" ? description : "an error without a description";
    return { kind: typeof code === "number" && code < SERVER_ERROR ? "refused" : "away", why };
  }
  if (typeof ack?.seq === "number") return { kind: "stored", sequence: ack.seq, repeated: ack.duplicate === true };
  return { kind: "away", why: "an answer that says nothing" };
}

function parsed(text: string): PubAck | undefined {
  try {
    const ack: PubAck | null = JSON.parse(text);
    return ack ?? undefined;
  } catch {
    return undefined;
  }
}
