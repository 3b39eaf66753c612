import { collectGarbage } from "../../harness/garbage.ts";

export interface Memory {
  readonly residentMb: number;
  readonly peakMb: number;
}

/** What the kernel says of a process's memory. */
export async function memoryOf(pid: number): Promise<Memory> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const megabytes = (name: string): number =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  return { residentMb: megabytes("VmRSS"), peakMb: megabytes("VmHWM") };
}

/**
 * What this process holds once its garbage is collected. How much garbage V8 lets lie differs by hundreds of megabytes
 * from run to run.
 */
export function heldMb(): number {
  collectGarbage();
  const { rss, heapTotal, heapUsed } = Deno.memoryUsage();
  return Math.round((rss - heapTotal + heapUsed) / 2 ** 20);
}
