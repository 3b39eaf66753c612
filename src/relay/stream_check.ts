import { eventIdOf } from "../events/outgoing_event.ts";
import type { Publisher, StoredProgress, StreamState } from "./ports.ts";

export interface StreamCheckOptions {
  readonly stream: StreamState;
  readonly publisher: Pick<Publisher, "eventAt">;
  readonly incarnation: string;
}

/**
 * The partitions whose events the stream has lost: it was made anew, it ends before the event that was last seen in it,
 * or holds another one there. What the stream let go, because of its age or because it was told to, is not lost.
 */
export async function lostIn(
  progress: readonly StoredProgress[],
  options: StreamCheckOptions,
): Promise<readonly StoredProgress[]> {
  const lost = await Promise.all(progress.map((partition) => isLost(partition, options)));
  return progress.filter((_, index) => lost[index]);
}

async function isLost(
  { partition, seen }: StoredProgress,
  { stream, publisher, incarnation }: StreamCheckOptions,
): Promise<boolean> {
  if (seen === undefined) return false;
  if (seen.createdAt !== stream.createdAt) return true;
  const { sequence, position } = seen;
  if (sequence === undefined || position === undefined || sequence < stream.firstSequence) return false;
  if (sequence > stream.lastSequence) return true;
  const found = await publisher.eventAt(sequence);
  return found !== undefined && found !== eventIdOf(incarnation, { partition, position });
}
