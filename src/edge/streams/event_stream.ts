import type { Actors } from "../../../actors/runtime/actors.ts";
import type { Log } from "../../../actors/runtime/ports.ts";
import { type Problem, problemOf, problemResponse } from "../problem.ts";
import { type Channel, isOpenToAnybody } from "./channel.ts";
import type { ChannelDirectory } from "./channel_directory.ts";
import { peerOf, type StreamContext } from "./client_address.ts";
import { comeBackLater, comeBackSoon } from "./come_back.ts";
import { EVENT_STREAM_HEADERS, reconnectText } from "./event_stream_text.ts";
import { SseConnection, type SseParts } from "./sse_connection.ts";
import { cursorOf, spread, type StreamDoor } from "./stream_door.ts";

export interface EventStreamDeps extends SseParts {
  readonly actors: Pick<Actors, "subscribe">;
  readonly directory: ChannelDirectory;
  readonly door: StreamDoor;
  readonly log: Log;
}

/** Statuses that tell a browser to give up for good: only who may not read here gets one. */
const FINAL = new Set([401, 403, 404]);

/**
 * Answers with the event stream of a channel. What cannot be served now is a stream too, which says when to come back:
 * `EventSource` never tries again after a status other than 200.
 */
export async function eventStream(c: StreamContext, channel: Channel, deps: EventStreamDeps): Promise<Response> {
  try {
    return await openStream(c, channel, deps);
  } catch (error) {
    const problem = problemOf(error);
    if (FINAL.has(problem.status)) return problemResponse(problem);
    if (problem.status === 500) deps.log.error("stream_failed", { channel: channel.kind, error });
    deps.metrics.dropped(problem.code);
    return sendAway(problem.code, awayMs(problem, deps));
  }
}

async function openStream(c: StreamContext, channel: Channel, deps: EventStreamDeps): Promise<Response> {
  const { actors, directory, door } = deps;
  await door.count(c);
  const caller = isOpenToAnybody(channel) ? undefined : await door.caller(c.req.raw);
  const destination = await directory.find(channel, caller);
  if (destination.kind === "not_served") return sendAway("not_served", comeBackLater(deps.random));

  // Nobody would read it, nor be seen to leave.
  if (c.req.method === "HEAD") return new Response(null, { headers: EVENT_STREAM_HEADERS });

  const after = cursorOf(c);
  const seat = door.seat(c, { transport: "sse", caller });
  const connection = new SseConnection(deps, {
    seat,
    peer: peerOf(c),
    after,
    expiresAt: caller?.expiresAt,
    response: c.env ?? {},
  });
  try {
    connection.attached(await actors.subscribe({ ...destination.feed, after }, connection));
  } catch (error) {
    connection.discard();
    throw error;
  }
  return new Response(connection.body, { headers: EVENT_STREAM_HEADERS });
}

function sendAway(code: string, afterMs: number): Response {
  return new Response(reconnectText(code, afterMs), { headers: EVENT_STREAM_HEADERS });
}

function awayMs({ retryAfterSeconds = 1 }: Problem, { random }: EventStreamDeps): number {
  return retryAfterSeconds > 1 ? spread(retryAfterSeconds * 1000, random) : comeBackSoon(random);
}
