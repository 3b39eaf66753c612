import { z } from "zod";
import type { Queries } from "../projections/queries.ts";
import { jsonParameter } from "../store/json_documents.ts";
import type { Progress, StoredProgress } from "./ports.ts";

const Rows = z.array(z.object({
  partition: z.number(),
  position: z.number(),
  replays: z.number(),
  stream_created_at: z.string().nullable(),
  stream_sequence: z.number().nullable(),
  stream_position: z.number().nullable(),
  end: z.number(),
}));

const Moved = z.array(z.object({ partition: z.number() }));

/** The table `published`. */
export function postgresProgress(queries: Queries): Progress {
  return {
    async load(partitions): Promise<readonly StoredProgress[]> {
      const chosen = jsonParameter(partitions);
      const rows = await queries.run((sql) =>
        sql`
          select partition, position, replays, stream_created_at, stream_sequence, stream_position,
            coalesce((
              select event.position from event
              where event.partition = published.partition
              order by event.position desc
              limit 1
            ), 0) as "end"
          from published
          where partition in (select json_array_elements_text(${chosen}::text::json)::smallint)
        `
      );
      return Rows.parse([...rows]).map(progressOf);
    },

    async mark(marks): Promise<readonly number[]> {
      const moves = jsonParameter(marks.map(({ partition, replays, position, seen }) => {
        return { partition, replays, position, created_at: seen.createdAt, sequence: seen.sequence, at: seen.position };
      }));
      const rows = await queries.run((sql) =>
        sql`
          update published as stored
          set position = mark.position,
            stream_created_at = mark.created_at,
            stream_sequence = coalesce(mark.sequence, stored.stream_sequence),
            stream_position = coalesce(mark.at, stored.stream_position)
          from json_to_recordset(${moves}::text::json) as mark(
            partition smallint, replays bigint, "position" bigint, created_at text, sequence bigint, at bigint
          )
          where stored.partition = mark.partition and stored.replays = mark.replays and stored.position < mark.position
          returning stored.partition
        `
      );
      return Moved.parse([...rows]).map(({ partition }) => partition);
    },

    async sendBack(partitions, { since, createdAt }): Promise<void> {
      const lost = jsonParameter(partitions.map(({ partition, replays }) => ({ partition, replays })));
      await queries.run((sql) =>
        sql`
          update published as stored
          set position = least(
              stored.position,
              position_before(stored.partition, to_timestamp(${since}::double precision / 1000))
            ),
            replays = stored.replays + 1,
            stream_created_at = ${createdAt},
            stream_sequence = null,
            stream_position = null
          from json_to_recordset(${lost}::text::json) as lost(partition smallint, replays bigint)
          where stored.partition = lost.partition and stored.replays = lost.replays
        `
      );
    },
  };
}

function progressOf(row: z.infer<typeof Rows>[number]): StoredProgress {
  const { partition, position, replays, end } = row;
  const { stream_created_at: createdAt, stream_sequence: sequence, stream_position: seenAt } = row;
  if (createdAt === null) return { partition, position, replays, end };
  const place = sequence === null || seenAt === null ? {} : { sequence, position: seenAt };
  return { partition, position, replays, end, seen: { createdAt, ...place } };
}
