import { z } from "zod";
import { type Said, Transcript } from "../../system/client/transcript.ts";
import type { JournalRow } from "../../system/load/journal.ts";
import type { Evidence } from "./evidence.ts";
import { shownId } from "./judge_journal.ts";

export interface Falsification {
  readonly falsify: (evidence: Evidence) => Evidence;
  /** What has to be said of it. */
  readonly complaint: RegExp;
}

type Frame = Extract<Said, { said: "frame" }>;

const Fact = z.looseObject({ quantity: z.int() });
const Told = z.looseObject({ customerId: z.string() });

/** Everything that must never happen, put into evidence of a run where it did not. */
export const FALSIFICATIONS: Readonly<Record<string, Falsification>> = {
  "an acknowledged command that is lost": {
    falsify: (evidence) =>
      inJournal(evidence, (row) => isPromised(evidence, row) ? [{ ...row, type: "opened" }] : [row]),
    complaint: /acknowledged, written 0 times/,
  },
  "an acknowledged command that took effect twice": {
    falsify: (evidence) => inJournal(evidence, (row) => isPromised(evidence, row) ? [row, row] : [row]),
    complaint: /acknowledged, written 2 times/,
  },
  "an effect that is not what was asked for": {
    falsify: (evidence) => inJournal(evidence, (row) => isPromised(evidence, row) ? [withOneMore(row)] : [row]),
    complaint: /written as \d+ ×/,
  },
  "an effect that nobody asked for": {
    falsify: (evidence) =>
      inJournal(evidence, (row) => isPromised(evidence, row) ? [row, { ...row, commandId: "x:made-up" }] : [row]),
    complaint: /made-up: written, never acknowledged/,
  },
  "a receipt that points elsewhere": {
    falsify: (evidence) => {
      const [first, ...others] = evidence.acknowledged;
      return first === undefined
        ? evidence
        : { ...evidence, acknowledged: [{ ...first, cursor: "1.aaaa" }, ...others] };
    },
    complaint: /not in the feed at 1\.aaaa/,
  },
  "a place that is missing in a partition": {
    falsify: (evidence) => ({ ...evidence, journal: evidence.journal.slice(1) }),
    complaint: /^partition \d+: 2 where 1 should be/,
  },
  "a version that is there twice": {
    falsify: (evidence) =>
      inJournal(evidence, (row) => isPromised(evidence, row) ? [{ ...row, version: row.version - 1 }] : [row]),
    complaint: /^cart\/.* where \d+ should be/,
  },
  "a dead letter": {
    falsify: (evidence) => ({ ...evidence, deadLetters: 1 }),
    complaint: /1 dead letters/,
  },
  "a cart that shows what is not in it": {
    falsify: (evidence) => {
      const carts = evidence.carts.map((cart) => ({ ...cart, pieces: { ...cart.pieces, MADEUP: 1 } }));
      return { ...evidence, carts };
    },
    complaint: /1 × MADEUP shown, 0 written/,
  },
  "a frame that was not delivered": {
    falsify: (evidence) => inFrames(evidence, () => []),
    complaint: /\d+\.\w+ after \d+\.\w+/,
  },
  "a frame that was delivered twice": {
    falsify: (evidence) => inFrames(evidence, (frame) => [frame, frame]),
    complaint: /\d+\.\w+ after \d+\.\w+/,
  },
  "a frame of another customer": {
    falsify: (evidence) =>
      inFrames(evidence, (frame) => [{ ...frame, data: { ...told(frame), customerId: "another" } }]),
    complaint: /news of others/,
  },
  "a frame of something that was never written": {
    falsify: (evidence) =>
      inFrames(evidence, (frame) => [{ ...frame, data: { ...told(frame), commandId: "made-up" } }]),
    complaint: /is not what is written/,
  },
  "a frame that tells the wrong thing": {
    falsify: (evidence) =>
      inEveryFrame(evidence, (frame) => "itemCount" in told(frame) ? withData(frame, { itemCount: 999_999 }) : frame),
    complaint: /believes/,
  },
  "a frame that is none": {
    falsify: (evidence) =>
      inFrames(evidence, (frame) => [{ ...frame, data: { ...told(frame), eventType: "made-up" } }]),
    complaint: /cannot follow/,
  },
  "a client that never hears the last of it": {
    falsify: (evidence) => inTranscripts(evidence, (words) => words.slice(0, words.findLastIndex(isFrame))),
    complaint: /is at .* in the end, not at/,
  },
  "a snapshot of another customer": {
    falsify: (evidence) => inTranscripts(evidence, (words) => words.map(ofAnother)),
    complaint: /a state of somebody else/,
  },
  "a stream that resumes elsewhere than where it was left": {
    falsify: (evidence) =>
      inTranscripts(
        evidence,
        (words) => [...words, { said: "opened", opening: { outcome: "resumed", cursor: "1.aaaa" } }],
      ),
    complaint: /resumed at 1\.aaaa instead of/,
  },
  "a stream that begins again without a word": {
    falsify: (evidence) =>
      inTranscripts(evidence, (words) => words.flatMap((word, at) => at > 0 && word.said === "opened" ? [] : [word])),
    complaint: /before the first frame/,
  },
};

/** Whether it is what the first acknowledged command with a version to spare came to. */
function isPromised({ acknowledged, journal }: Evidence, row: JournalRow): boolean {
  const keys = new Set(acknowledged.map(({ cartId, key }) => `${cartId} ${key}`));
  const first = journal.find(({ kind, type, id, version, commandId }) =>
    kind === "cart" && type === "line_added" && version > 2 && keys.has(`${id} ${shownId(commandId)}`)
  );
  return row === first;
}

function withOneMore(row: JournalRow): JournalRow {
  const fact = Fact.parse(JSON.parse(row.data));
  return { ...row, data: JSON.stringify({ ...fact, quantity: fact.quantity + 1 }) };
}

function inJournal(evidence: Evidence, change: (row: JournalRow) => readonly JournalRow[]): Evidence {
  return { ...evidence, journal: evidence.journal.flatMap(change) };
}

/** Changes what the first client heard. */
function inTranscripts(
  { transcripts, ...evidence }: Evidence,
  change: (words: readonly Said[]) => readonly Said[],
): Evidence {
  const changed = transcripts.map(({ customerId, words }, at) =>
    new Transcript(customerId, at === 0 ? change(words) : words)
  );
  return { ...evidence, transcripts: changed };
}

/** Changes one frame in the middle of what the first client heard. */
function inFrames(evidence: Evidence, change: (frame: Frame) => readonly Said[]): Evidence {
  return inTranscripts(evidence, (words) => {
    const frames = words.filter(isFrame);
    const middle = frames[Math.floor(frames.length / 2)];
    return words.flatMap((word) => word === middle ? change(middle) : [word]);
  });
}

function inEveryFrame(evidence: Evidence, change: (frame: Frame) => Frame): Evidence {
  return inTranscripts(evidence, (words) => words.map((word) => isFrame(word) ? change(word) : word));
}

function isFrame(word: Said): word is Frame {
  return word.said === "frame" && word.data !== undefined;
}

function told({ data }: Frame): z.infer<typeof Told> {
  return Told.parse(data);
}

function withData(frame: Frame, more: Readonly<Record<string, unknown>>): Frame {
  return { ...frame, data: { ...told(frame), ...more } };
}

function ofAnother(word: Said): Said {
  if (word.said !== "opened" || word.opening.state === undefined) return word;
  return { ...word, opening: { ...word.opening, state: { ...Told.parse(word.opening.state), customerId: "another" } } };
}
