import { Child } from "../harness/child.ts";

export type Figure = readonly [what: string, unit: string, value: number];

export interface InProcessOptions {
  /** Where its servers are. */
  readonly env: Readonly<Record<string, string>>;
  readonly rounds: number;
}

/** Figures that have to be taken beside the actors, by a script in a process of its own. */
export async function inProcess(
  script: "in_process.ts" | "push_latency.ts" | "remote_asks.ts",
  { env, rounds }: InProcessOptions,
): Promise<readonly Figure[]> {
  const dataDir = await Deno.makeTempDir();
  await using child = new Child(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", new URL(script, import.meta.url).pathname, String(rounds)],
    env: { ...env, DATA_DIR: dataDir },
  });
  const { success } = await child.exited();
  await Deno.remove(dataDir, { recursive: true });
  if (!success) throw new Error(`Cannot run ${script}\n${child.output}`);
  return child.lines.filter((line) => line.startsWith("[")).map((line): Figure => JSON.parse(line));
}
