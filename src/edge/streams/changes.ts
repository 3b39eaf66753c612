import type { Actors, Frame, Opening } from "../../../actors/runtime/actors.ts";
import { ActorError } from "../../../actors/runtime/errors.ts";
import type { Log } from "../../../actors/runtime/ports.ts";
import { answerText } from "../answers.ts";
import { invalid } from "../edge_error.ts";
import { problemOf, problemResponse } from "../problem.ts";
import { isOpenToAnybody, readChannel } from "./channel.ts";
import type { ChannelDirectory } from "./channel_directory.ts";
import type { StreamContext } from "./client_address.ts";
import { cursorAfter } from "./frame_text.ts";
import { cursorOf, type StreamDoor } from "./stream_door.ts";

export interface ChangesDeps {
  readonly actors: Pick<Actors, "changes">;
  readonly directory: ChannelDirectory;
  readonly door: StreamDoor;
  readonly log: Log;
}

/**
 * Answers with what a stream would have said by now: `{ outcome, cursor, state?, reason?, frames }`. `cursor` is where
 * the next call goes on.
 */
export async function changes(c: StreamContext, deps: ChangesDeps): Promise<Response> {
  try {
    return answerText(openingJson(await ask(c, deps)));
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status === 500) deps.log.error("changes_failed", { error });
    return problemResponse(problem);
  }
}

async function ask(c: StreamContext, { actors, directory, door }: ChangesDeps): Promise<Opening> {
  await door.count(c);
  const name = c.req.query("channel") ?? "";
  const channel = readChannel(name);
  if (channel === undefined) throw invalid("channel", "It must be a channel such as customer or order:{id}");

  const caller = isOpenToAnybody(channel) ? undefined : await door.caller(c.req.raw);
  const destination = await directory.find(channel, caller);
  if (destination.kind === "not_served") {
    throw new ActorError("unavailable", "retry", `Cannot tell the changes of "${name}": not served here yet`);
  }
  return await actors.changes({ ...destination.feed, after: cursorOf(c) });
}

function openingJson(opening: Opening): string {
  const place = `"outcome":"${opening.outcome}","cursor":${JSON.stringify(cursorAfter(opening))}`;
  if (opening.outcome === "resumed") return `{${place},"frames":[${opening.frames.map(frameJson).join(",")}]}`;
  const reason = opening.outcome === "reset" ? `"reason":"${opening.reason}",` : "";
  return `{${place},${reason}"state":${opening.stateJson},"frames":[]}`;
}

function frameJson({ cursor, dataJson }: Frame): string {
  const data = dataJson === undefined ? "" : `,"data":${dataJson}`;
  return `{"cursor":${JSON.stringify(cursor)}${data}}`;
}
