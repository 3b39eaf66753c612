import { z } from "zod";
import type { Answer, Ask, Frame, Opening, Read, ReadAnswer, Subscription } from "../runtime/actors.ts";
import { ActorError, type ActorErrorCode } from "../runtime/errors.ts";
import type { LetterRow } from "../runtime/ports.ts";
import type { Address } from "../../machines/decision.ts";
import { ClusterError } from "./ports.ts";

/** What is sent to whoever serves a partition and wants an answer. */
export type Request =
  | { readonly what: "ask"; readonly ask: Ask }
  | { readonly what: "read"; readonly read: Read }
  | { readonly what: "changes"; readonly subscription: Subscription }
  | { readonly what: "attach"; readonly edge: string; readonly subscriptions: readonly Subscription[] }
  | { readonly what: "check"; readonly edge: string; readonly feeds: readonly FeedName[] };

/** What is told to whoever serves a partition. */
export type Told =
  | { readonly what: "letters"; readonly letters: readonly LetterRow[] }
  | { readonly what: "detach"; readonly edge: string; readonly feed: FeedName };

/** What an owner sends to an edge. */
export interface Pushed {
  readonly what: "frames";
  readonly frames: readonly FeedFrame[];
}

/** What a node tells all others of its partitions. */
export interface Announced {
  readonly what: "owned" | "released";
  readonly node: string;
  readonly partitions: readonly number[];
  readonly leaving: boolean;
}

export interface FeedName {
  readonly address: Address;
  readonly feed: string;
}

export interface FeedFrame extends FeedName {
  readonly frame: Frame;
}

/** What came of one of several subscriptions that attach together; `again`: there was no room for the answer. */
export type Attached =
  | { readonly opening: Opening }
  | { readonly again: true }
  | { readonly error: WireError };

/** The versions up to which the owner has pushed; null: nobody is attached there. */
export type Checked = readonly (number | null)[];

export interface Answers {
  readonly ask: Answer;
  readonly read: ReadAnswer;
  readonly changes: Opening;
  readonly attach: readonly Attached[];
  readonly check: Checked;
}

export interface WireError {
  readonly code: ActorErrorCode;
  readonly disposition: "retry" | "release" | "dead_letter";
  readonly message: string;
}

const address = z.templateLiteral([z.string(), "/", z.string()]);
const command = z.looseObject({ type: z.string() });
const principal = z.object({
  sub: z.string(),
  roles: z.array(z.enum(["customer", "staff", "admin", "service"])),
  stores: z.array(z.string()),
});
const subscription = z.object({ address, feed: z.string(), principal, after: z.string().optional() });
const feedName = z.object({ address, feed: z.string() });
const traceparent = z.string().optional();

const ask = z.object({
  to: address,
  command,
  commandId: z.string(),
  fresh: z.boolean(),
  principal,
  correlationId: z.string(),
  traceparent,
  intent: z.string().optional(),
  repeatOnly: z.literal(true).optional(),
  expectedVersion: z.int().optional(),
  personal: z.array(z.object({ id: z.string(), customerId: z.string(), data: z.record(z.string(), z.unknown()) }))
    .optional(),
  timeoutMs: z.number().optional(),
});

const letter = z.object({
  id: z.string(),
  from: address,
  to: address,
  toPartition: z.int(),
  activity: z.string().optional(),
  command,
  principal,
  correlationId: z.string(),
  traceparent,
  deliverAt: z.number(),
  timerKey: z.string().optional(),
  attempts: z.int(),
});

const request = z.discriminatedUnion("what", [
  z.object({ what: z.literal("ask"), ask }),
  z.object({ what: z.literal("read"), read: z.object({ address, principal }) }),
  z.object({ what: z.literal("changes"), subscription }),
  z.object({ what: z.literal("attach"), edge: z.string(), subscriptions: z.array(subscription) }),
  z.object({ what: z.literal("check"), edge: z.string(), feeds: z.array(feedName) }),
]);

const told = z.discriminatedUnion("what", [
  z.object({ what: z.literal("letters"), letters: z.array(letter) }),
  z.object({ what: z.literal("detach"), edge: z.string(), feed: feedName }),
]);

const frame = z.object({ cursor: z.string(), version: z.int(), dataJson: z.string().optional() });
const pushed = z.object({
  what: z.literal("frames"),
  frames: z.array(z.object({ address, feed: z.string(), frame })),
});

const announced = z.object({
  what: z.enum(["owned", "released"]),
  node: z.string(),
  partitions: z.array(z.int()),
  leaving: z.boolean(),
});

/** Each reads what another node has sent; undefined when it makes no sense to this one. */
export const readRequest = (body: string): Request | undefined => parsed(request, body);
export const readTold = (body: string): Told | undefined => parsed(told, body);
export const readPushed = (body: string): Pushed | undefined => parsed(pushed, body);
export const readAnnounced = (body: string): Announced | undefined => parsed(announced, body);

export function write(message: Request | Told | Pushed | Announced): string {
  return JSON.stringify(message);
}

/** An answer travels as `{ value }` or `{ error }`. */
export function writeAnswer(value: Answers[keyof Answers]): string {
  return JSON.stringify({ value });
}

export function writeError(error: unknown): string {
  return JSON.stringify({ error: wireError(error) });
}

export function wireError(error: unknown): WireError {
  if (!(error instanceof ActorError)) return { code: "unavailable", disposition: "retry", message: "Cannot answer" };
  const { code, disposition, message } = error;
  return { code, disposition, message };
}

/** What `writeAnswer` or `writeError` has written, if this is that. */
interface Written<What extends keyof Answers> {
  readonly value?: Answers[What] | null;
  readonly error?: WireError | null;
}

/**
 * Reads the answer to a request of that kind; throws what the other node threw. One that makes no sense is none: it is
 * `lost`, as what was asked for may have been done.
 */
export function readAnswer<What extends keyof Answers>(what: What, body: string): Answers[What] {
  const { value, error } = written<What>(body) ?? {};
  if (typeof error?.code === "string") throw actorError(error);
  if (typeof value === "object" && value !== null) return value;
  throw new ClusterError("lost", `Cannot read the answer to "${what}": ${body.length} characters that make no sense`);
}

function written<What extends keyof Answers>(body: string): Written<What> | null {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

export function actorError({ code, disposition, message }: WireError): ActorError {
  return new ActorError(code, disposition, message);
}

function parsed<Schema extends z.ZodType>(schema: Schema, body: string): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
