import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import type { Actors } from "../../../actors/runtime/actors.ts";
import { addressOf } from "../../../actors/runtime/address.ts";
import type { Clock, Ids } from "../../../actors/runtime/ports.ts";
import type { CustomerCommand } from "../../../machines/customer/messages.ts";
import { EdgeError } from "../edge_error.ts";
import { type Caller, principalOf } from "./caller.ts";
import { Roles, Stores, Subject } from "./claims.ts";
import { OWN_ISSUER } from "./token_verifier.ts";

const TTL_SECONDS = 60;
const AUDIENCE = "vitrine streams";

const Ticket = z.object({
  sub: Subject,
  jti: z.string(),
  roles: Roles,
  stores: Stores,
  /** When the token that the ticket was bought with expires: epoch milliseconds. */
  until: z.number(),
});

interface TicketParts {
  readonly key: CryptoKey;
  readonly actors: Pick<Actors, "ask">;
  readonly clock: Clock;
  readonly ids: Ids;
}

/**
 * Admission to one stream, for clients that cannot send a header: it may stand in a URL, since it dies with its first
 * use. The customer's actor remembers the uses, so that no two nodes take the same ticket.
 */
export class StreamTickets {
  readonly #parts: TicketParts;

  constructor(parts: TicketParts) {
    this.#parts = parts;
  }

  /** The same id and time, epoch milliseconds, give the same caller the same ticket. */
  issue(
    { sub, roles, stores, expiresAt }: Caller,
    of: { readonly id?: string; readonly at?: number } = {},
  ): Promise<string> {
    const { key, clock, ids } = this.#parts;
    const { id = ids(26), at = clock.now() } = of;
    const now = Math.floor(at / 1000);
    return new SignJWT({ roles, stores, until: expiresAt })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuer(OWN_ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(sub)
      .setJti(id)
      .setExpirationTime(now + TTL_SECONDS)
      .sign(key);
  }

  /** Who the ticket admits, once. Rejects with `token_invalid`, `token_expired` or `ticket_used`. */
  async redeem(ticket: string): Promise<Caller> {
    const { actors, clock, ids } = this.#parts;
    const { jti, until, ...claims } = await this.#read(ticket);
    if (until <= clock.now()) throw new EdgeError("token_expired");
    const principal = principalOf(claims);
    const command: CustomerCommand = { type: "use_ticket", ticketId: jti };
    const answer = await actors.ask({
      to: addressOf("customer", principal.sub),
      command,
      commandId: `ticket:${jti}`,
      fresh: false,
      principal,
      correlationId: ids(26),
    });
    if (!answer.ok || answer.replayed) throw new EdgeError("ticket_used");
    return { ...principal, expiresAt: until, credential: "ticket" };
  }

  async #read(ticket: string): Promise<z.infer<typeof Ticket>> {
    const { key, clock } = this.#parts;
    const options = {
      algorithms: ["HS256"],
      issuer: OWN_ISSUER,
      audience: AUDIENCE,
      requiredClaims: ["exp"],
      currentDate: new Date(clock.now()),
    };
    try {
      return Ticket.parse((await jwtVerify(ticket, key, options)).payload);
    } catch (error) {
      throw new EdgeError(error instanceof errors.JWTExpired ? "token_expired" : "token_invalid", {}, { cause: error });
    }
  }
}
