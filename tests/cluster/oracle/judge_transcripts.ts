import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { followCustomer } from "../../system/client/customer_feed.ts";
import { versionOf } from "../../system/client/follower.ts";
import type { Transcript } from "../../system/client/transcript.ts";
import type { JournalRow } from "../../system/load/journal.ts";
import type { Evidence, ShownFeed } from "./evidence.ts";
import { shownId } from "./judge_journal.ts";

const Stamped = z.looseObject({ commandId: z.string() });

interface Known {
  readonly feed: ShownFeed | undefined;
  /** The customer's journal by version. */
  readonly facts: ReadonlyMap<number, JournalRow>;
}

/**
 * Every client heard its customer's feed without a gap, a repeat, a leap back or a word about others, unless it was told
 * `snapshot` or `reset`; nothing that is not written; and in the end it knows what the shop shows.
 */
export function judgeTranscripts({ transcripts, feeds, journal }: Evidence): readonly string[] {
  const byCustomer = Map.groupBy(journal.filter(({ kind }) => kind === "customer"), ({ id }) => id);
  return transcripts.flatMap((transcript) => {
    const { customerId } = transcript;
    const facts = new Map((byCustomer.get(customerId) ?? []).map((row) => [row.version, row]));
    const known = { feed: feeds.find((feed) => feed.customerId === customerId), facts };
    return judge(transcript, known).map((complaint) => `a client of ${customerId}: ${complaint}`);
  });
}

function judge(transcript: Transcript, { feed, facts }: Known): readonly string[] {
  const follower = followCustomer(transcript.customerId);
  try {
    transcript.replayTo(follower);
  } catch (error) {
    return [`cannot follow: ${error}`];
  }
  const invented = transcript.words.flatMap((word) => {
    if (word.said !== "frame") return [];
    const fact = facts.get(versionOf(word.cursor));
    if (fact === undefined) return [`${word.cursor} is not written`];
    const { success, data } = Stamped.safeParse(word.data);
    return success && data.commandId !== shownId(fact.commandId) ? [`${word.cursor} is not what is written`] : [];
  });
  const complaints = [...follower.complaints, ...invented];
  if (follower.cursor !== feed?.cursor) complaints.push(`is at ${follower.cursor} in the end, not at ${feed?.cursor}`);
  else if (!isDeepStrictEqual(follower.state, feed?.state)) {
    complaints.push(`believes ${JSON.stringify(follower.state)}, not ${JSON.stringify(feed?.state)}`);
  }
  return complaints;
}
