/** Linux counts a process's time in these, on every architecture that matters. */
const TICKS_PER_SECOND = 100;

/** CPU time that a process has used so far, milliseconds; all its threads. Source: proc(5). */
export function cpuMs(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return 1000 * (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
