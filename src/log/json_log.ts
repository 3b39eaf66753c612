import type { Log } from "../../actors/runtime/ports.ts";
import { discreet } from "./discreet.ts";

const LEVELS = { info: 0, warn: 1, error: 2, silent: 3 } as const;

export type LogLevel = keyof typeof LEVELS;

export interface JsonLogOptions {
  /** Less than this is not said. */
  readonly level: LogLevel;
  /** Takes one line; standard error when absent. */
  readonly write?: (line: string) => void;
  /** Epoch milliseconds; the wall clock when absent. */
  readonly now?: () => number;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Says what happened as one JSON object a line. Errors are spelled out with their causes, tokens and passwords are left
 * out wherever they turn up, and what cannot be written does not stop whoever wanted to say it.
 */
export function jsonLog({ level, write = toStandardError, now = Date.now }: JsonLogOptions): Log {
  function say(at: Exclude<LogLevel, "silent">): (event: string, fields?: Fields) => void {
    return (event, fields = {}) => {
      if (LEVELS[at] < LEVELS[level]) return;
      write(lineOf({ time: new Date(now()).toISOString(), level: at, event }, fields));
    };
  }
  return { info: say("info"), warn: say("warn"), error: say("error") };
}

function lineOf(head: Fields, fields: Fields): string {
  try {
    return JSON.stringify({ ...head, ...fields, ...head }, spelled);
  } catch {
    return JSON.stringify({ ...head, unwritable: Object.keys(fields) });
  }
}

function toStandardError(line: string): void {
  console.error(line);
}

/** `JSON.stringify` would make `{}` of an error. */
function spelled(key: string, value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return {
      name,
      ...("code" in value ? { code: value.code } : {}),
      message,
      stack,
      ...(cause !== undefined && { cause }),
    };
  }
  return discreet(key, value);
}
