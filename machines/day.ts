import { z } from "zod";

/** A day of the shop's books: `YYYY-MM-DD`. PostgreSQL has no year 0. */
export const Day = z.iso.date().refine((day) => day >= "0001-01-01");

/** The day of a time in epoch milliseconds, in UTC. */
export function dayAt(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
