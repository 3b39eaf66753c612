import type { Principal } from "../../../machines/decision.ts";
import type { Ids } from "../../../actors/runtime/ports.ts";
import { type Caller, principalOf } from "../identity/caller.ts";
import type { Identity } from "../identity/identity.ts";
import type { RunCommand } from "../commands/run_command.ts";
import { EdgeError } from "../edge_error.ts";
import { invalidParams } from "../issues.ts";
import { type Problem, problemBody, problemOf } from "../problem.ts";
import type { RateLimit } from "../rate_limit.ts";
import { parseJson } from "../strict_json.ts";
import { MessageAllowance } from "./message_allowance.ts";
import type { SocketChannels } from "./socket_channels.ts";
import type { SocketConnection, SocketListener } from "./socket_connection.ts";
import { ClientMessage, type MessageRef, say } from "./socket_messages.ts";
import type { StreamParts } from "./stream_parts.ts";

export interface SessionParts extends StreamParts {
  readonly ids: Ids;
  readonly identity: Pick<Identity, "verify">;
  readonly runCommand: RunCommand;
  readonly rateLimit: RateLimit;
}

export interface SessionOptions {
  readonly connection: SocketConnection;
  readonly channels: SocketChannels;
  readonly caller: Pick<Caller, "sub" | "roles" | "stores">;
}

const ENCODER = new TextEncoder();

type Of<Type extends ClientMessage["type"]> = Extract<ClientMessage, { readonly type: Type }>;

/** Does what a client says on a socket. What cannot be done is answered, and costs the connection nothing. */
export class SocketSession implements SocketListener {
  readonly #parts: SessionParts;
  readonly #options: SessionOptions;
  readonly #allowance: MessageAllowance;
  #principal: ReturnType<typeof principalOf>;
  #commandsInFlight = 0;

  constructor(parts: SessionParts, options: SessionOptions) {
    const { clock, limits: { messagesPerSecond: perSecond, messageBurst: burst } } = parts;
    this.#parts = parts;
    this.#options = options;
    this.#principal = principalOf(options.caller);
    this.#allowance = new MessageAllowance({ perSecond, burst, now: clock.now() });
  }

  receive(data: unknown): void {
    const { clock, limits } = this.#parts;
    const bytes = typeof data === "string" ? ENCODER.encode(data) : undefined;
    if (bytes !== undefined && bytes.length > limits.messageBytes) {
      return this.#options.connection.end("message_too_large");
    }
    const allowance = this.#allowance.take(clock.now());
    if (allowance === "excessive") return this.#options.connection.end("rate_limited");

    let ref: MessageRef;
    try {
      const json = parseJson(bytes ?? new Uint8Array());
      ref = refOf(json);
      if (allowance === "refused") throw new EdgeError("rate_limited", { retryAfterMs: 1000 });
      const message = ClientMessage.safeParse(json);
      if (!message.success) throw invalidParams(message.error);
      this.#perform(message.data).catch((error) => this.#fail(ref, problemOf(error)));
    } catch (error) {
      this.#fail(ref, problemOf(error));
    }
  }

  release(): void {
    this.#options.channels.release();
  }

  async #perform(message: ClientMessage): Promise<void> {
    switch (message.type) {
      case "ping":
        return this.#options.connection.send(say.pong);
      case "subscribe":
        return await this.#subscribe(message);
      case "unsubscribe":
        this.#options.channels.unsubscribe(message.channel);
        return this.#done(message.ref, { channel: message.channel });
      case "command":
        return await this.#command(message);
      case "refresh":
        return await this.#refresh(message);
      case "ack":
        // A sign of life. The cursor to resume from is the client's to keep.
        return;
    }
  }

  async #subscribe({ ref, channel, after }: Of<"subscribe">): Promise<void> {
    const { connection, channels } = this.#options;
    await this.#count();
    await channels.subscribe({ channel, after: after ?? undefined, principal: this.#principal });
    connection.used();
    this.#done(ref, { channel });
  }

  async #command({ ref, name, params, idempotencyKey }: Of<"command">): Promise<void> {
    const { runCommand, ids, limits } = this.#parts;
    const principal = this.#principal;
    if (this.#commandsInFlight >= limits.commandsInFlight) throw new EdgeError("rate_limited", { retryAfterMs: 1000 });

    this.#commandsInFlight++;
    try {
      await this.#count();
      const result = await runCommand(name, params ?? {}, { principal, idempotencyKey, correlationId: ids(26) });
      this.#options.connection.used();
      if (!result.ok) return this.#fail(ref, result.problem, result.replayed);
      this.#options.connection.send(say.done(ref, result.bodyJson, result));
    } finally {
      this.#commandsInFlight--;
    }
  }

  /** Takes it from the allowance that the customer has everywhere. */
  async #count(): Promise<void> {
    const retryAfterMs = await this.#parts.rateLimit.take(`sub ${this.#principal.sub}`);
    if (retryAfterMs > 0) throw new EdgeError("rate_limited", { retryAfterMs });
  }

  async #refresh({ ref, token }: Of<"refresh">): Promise<void> {
    const caller = await this.#parts.identity.verify(token);
    const { connection } = this.#options;
    if (caller.sub !== this.#principal.sub) throw new EdgeError("forbidden");
    // Channels show what they did to whoever opened them.
    if (!hasAll(this.#principal, caller)) return connection.close("rights_changed");
    this.#principal = principalOf(caller);
    connection.refreshed(caller.expiresAt);
    this.#done(ref, { expiresAt: new Date(caller.expiresAt).toISOString() });
  }

  #done(ref: MessageRef, result: Readonly<Record<string, unknown>>): void {
    this.#options.connection.send(say.done(ref, JSON.stringify(result)));
  }

  #fail(ref: MessageRef, problem: Problem, replayed = false): void {
    const { retryAfterSeconds } = problem;
    const later = retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1000 };
    this.#options.connection.send(say.failed(ref, { ...problemBody(problem), ...later }, replayed));
  }
}

function hasAll({ roles, stores }: Principal, now: Pick<Principal, "roles" | "stores">): boolean {
  return roles.every((role) => now.roles.includes(role)) && stores.every((store) => now.stores.includes(store));
}

/** The `ref` of something that may be no message at all, so that its sender finds the answer. */
function refOf(json: unknown): MessageRef {
  if (typeof json !== "object" || json === null || !("ref" in json)) return undefined;
  return typeof json.ref === "number" || (typeof json.ref === "string" && json.ref.length <= 100)
    ? json.ref
    : undefined;
}
