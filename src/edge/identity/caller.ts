import type { Principal, Role } from "../../../machines/decision.ts";

/** How a caller proved who they are. */
export type Credential = "bearer" | "cookie" | "subprotocol" | "ticket";

/** Who sent a request. */
export interface Caller extends Principal {
  /** Epoch milliseconds: what they have opened is closed then, unless a newer token is shown. */
  readonly expiresAt: number;
  readonly credential: Credential;
}

/** What a token says, once it has been verified. */
export interface VerifiedToken {
  readonly principal: Principal;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Only what may travel with messages and be stored with letters. */
export function principalOf({ sub, roles, stores }: Principal): Principal {
  return { sub, roles, stores };
}

/** Whether this is somebody who came without a name. */
export function isGuest(sub: string): boolean {
  return sub.startsWith("gst_");
}

/** Whether somebody has one of these roles. */
export function hasOneOf(roles: readonly Role[], { roles: theirs }: Pick<Principal, "roles">): boolean {
  return roles.some((role) => theirs.includes(role));
}
