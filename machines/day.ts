import { z } from "zod";

/** A day of the shop's books: `YYYY-MM-DD`. */
export const Day = z.iso.date();

/** The day of a time in epoch milliseconds, in UTC. */
export function dayAt(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
