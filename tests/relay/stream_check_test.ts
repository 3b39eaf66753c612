import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { SeenInStream, StreamState } from "../../src/relay/ports.ts";
import { lostIn } from "../../src/relay/stream_check.ts";

const stream: StreamState = { createdAt: "life", firstSequence: 100, lastSequence: 200 };
const SEEN: SeenInStream = { createdAt: "life", sequence: 150, position: 9 };

describe("a partition's events in the stream", () => {
  const cases: Readonly<
    Record<string, { readonly seen?: SeenInStream; readonly at150?: string; readonly lost: boolean }>
  > = {
    "are there when the furthest is": { seen: SEEN, at150: "cafe-3-9", lost: false },
    "are lost when another one has its place": { seen: SEEN, at150: "cafe-4-77", lost: true },
    "are lost when it came from another life of the database": { seen: SEEN, at150: "beef-3-9", lost: true },
    "are lost when what has its place is none of ours": { seen: SEEN, at150: "", lost: true },
    "are not lost when somebody had it deleted": { seen: SEEN, lost: false },
    "are not lost when the stream let them go with age": { seen: { ...SEEN, sequence: 99 }, lost: false },
    "are lost when the stream ends before it": { seen: { ...SEEN, sequence: 201 }, lost: true },
    "are lost when the stream was made anew": {
      seen: { ...SEEN, createdAt: "former life" },
      at150: "cafe-3-9",
      lost: true,
    },
    "are not looked for when none was seen": { lost: false },
    "are not looked for when none was published in this life of the stream": {
      seen: { createdAt: "life" },
      lost: false,
    },
  };

  for (const [sentence, { seen, at150, lost }] of Object.entries(cases)) {
    it(sentence, async () => {
      const progress = { partition: 3, position: 9, replays: 0, end: 9, ...(seen !== undefined && { seen }) };
      const publisher = { eventAt: (sequence: number) => Promise.resolve(sequence === 150 ? at150 : undefined) };
      expect(await lostIn([progress], { stream, publisher, incarnation: "cafe" })).toEqual(lost ? [progress] : []);
    });
  }
});
