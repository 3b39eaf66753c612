import type { Answer, Api, Ask } from "./api.ts";

export interface InsistOptions {
  readonly withinMs?: number;
  /** Told of every time that nobody knew what had become of it. */
  readonly onUnknown?: () => void;
}

const PAUSE_MS = 100;

/**
 * Repeats a mutation with its key until there is an answer that counts: yes, or no. No connection, 429 and 503 are
 * neither. Gives up after `withinMs`.
 */
export async function insist(
  api: Api,
  path: string,
  { withinMs = 60_000, onUnknown, ...ask }: Ask & { readonly key: string } & InsistOptions,
): Promise<Answer> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const outcome = await attempt(api, path, ask);
    if (typeof outcome !== "string") return outcome;
    if (performance.now() > deadline) throw new Error(`Cannot get an answer to ${path}: ${outcome}`);
    onUnknown?.();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** The answer, or why there is none that counts. */
async function attempt(api: Api, path: string, ask: Ask): Promise<Answer | string> {
  try {
    const answer = await api.call(path, { method: "POST", ...ask });
    return answer.status === 503 || answer.status === 429 ? `${answer.status} ${answer.text}` : answer;
  } catch (error) {
    return String(error);
  }
}
