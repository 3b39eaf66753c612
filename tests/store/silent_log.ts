import type { Log } from "../../actors/runtime/ports.ts";

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
