import type { Actors } from "../../../actors/runtime/actors.ts";
import type { Log } from "../../../actors/runtime/ports.ts";
import { problemOf, problemResponse } from "../problem.ts";
import type { ChannelDirectory } from "./channel_directory.ts";
import type { StreamContext } from "./client_address.ts";
import { SocketChannels } from "./socket_channels.ts";
import { SocketConnection } from "./socket_connection.ts";
import { type SessionParts, SocketSession } from "./socket_session.ts";
import { upgrade } from "./socket_upgrade.ts";
import type { StreamDoor } from "./stream_door.ts";

export interface SocketStreamDeps extends SessionParts {
  readonly actors: Pick<Actors, "subscribe">;
  readonly directory: ChannelDirectory;
  readonly door: StreamDoor;
  readonly log: Log;
}

/** Answers with a WebSocket that carries many channels, and commands. */
export async function socketStream(c: StreamContext, deps: SocketStreamDeps): Promise<Response> {
  try {
    return await openSocket(c, deps);
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status === 500) deps.log.error("socket_failed", { error });
    return problemResponse(problem);
  }
}

async function openSocket(c: StreamContext, deps: SocketStreamDeps): Promise<Response> {
  const { actors, directory, door, writer, limits } = deps;
  const request = c.req.raw;
  door.checkOrigin(request);
  await door.count(c);
  const caller = await door.caller(request);
  const seat = door.seat(c, { transport: "websocket", caller });
  try {
    const { socket, response } = upgrade(request, limits);
    const connection = new SocketConnection(deps, { socket, seat, expiresAt: caller.expiresAt });
    const channels = new SocketChannels({
      actors,
      directory,
      line: connection,
      writer,
      limit: limits.channelsPerSocket,
    });
    connection.listen(new SocketSession(deps, { connection, channels, caller }));
    return response;
  } catch (error) {
    seat.ended();
    throw error;
  }
}
