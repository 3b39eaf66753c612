import { z } from "zod";
import type { Frame, Opening } from "../../../actors/runtime/actors.ts";
import { firstFrame } from "./frame_text.ts";

const Ref = z.union([z.string().max(100), z.number()]).optional();
const ChannelName = z.string().max(200);
const Cursor = z.string().max(200);

/** What a client may say on a socket. Members that mean nothing here are ignored. */
export const ClientMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("subscribe"), ref: Ref, channel: ChannelName, after: Cursor.nullish() }),
  z.object({ type: z.literal("unsubscribe"), ref: Ref, channel: ChannelName }),
  z.object({
    type: z.literal("command"),
    ref: Ref,
    name: z.string().max(100),
    params: z.unknown().optional(),
    idempotencyKey: z.string().regex(/^[\x21-\x7e]{1,128}$/, "It must be 1 to 128 visible ASCII characters").optional(),
  }),
  z.object({ type: z.literal("ack"), channel: ChannelName, cursor: Cursor }),
  z.object({ type: z.literal("refresh"), ref: Ref, token: z.string().max(8192) }),
  z.object({ type: z.literal("ping") }),
]);

export type ClientMessage = z.infer<typeof ClientMessage>;
export type MessageRef = z.infer<typeof Ref>;

/** What a command's reply says beside its result. */
interface Done {
  readonly commandId?: string;
  readonly replayed?: boolean;
}

/** Every message that `GET /ws` sends, as text. */
export const say = {
  pong: `{"type":"pong"}`,

  /** The first message of a channel: exactly one of `resumed`, `snapshot`, `reset`. */
  first(
    channel: string,
    { opening, after }: { readonly opening: Opening; readonly after: string | undefined },
  ): string {
    const { outcome, cursor, dataJson } = firstFrame(opening, after);
    return `{"type":"${outcome}",${placeJson(channel, cursor)},"data":${dataJson}}`;
  },

  /** Without `data`: a fact that only moves the cursor. */
  event(channel: string, { cursor, dataJson }: Frame): string {
    const data = dataJson === undefined ? "" : `,"data":${dataJson}`;
    return `{"type":"event",${placeJson(channel, cursor)}${data}}`;
  },

  /** `resultJson` is JSON text. */
  done(ref: MessageRef, resultJson: string, { commandId, replayed = false }: Done = {}): string {
    const id = commandId === undefined ? "" : `,"commandId":${JSON.stringify(commandId)}`;
    return `{"type":"reply","ref":${refJson(ref)},"ok":true,"result":${resultJson}${id}${replayedJson(replayed)}}`;
  },

  failed(ref: MessageRef, error: Readonly<Record<string, unknown>>, replayed = false): string {
    const text = JSON.stringify(error);
    return `{"type":"reply","ref":${refJson(ref)},"ok":false,"error":${text}${replayedJson(replayed)}}`;
  },

  refreshNeeded(expiresAt: number): string {
    return `{"type":"refresh_needed","expiresAt":"${new Date(expiresAt).toISOString()}"}`;
  },

  reconnect(code: string, afterMs: number): string {
    return `{"type":"reconnect","afterMs":${afterMs},"code":${JSON.stringify(code)}}`;
  },
};

function placeJson(channel: string, cursor: string): string {
  return `"channel":${JSON.stringify(channel)},"cursor":${JSON.stringify(cursor)}`;
}

/** What HTTP says by a header. */
function replayedJson(replayed: boolean): string {
  return replayed ? `,"replayed":true` : "";
}

function refJson(ref: MessageRef): string {
  return ref === undefined ? "null" : JSON.stringify(ref);
}
