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
