import { z } from "zod";
import type { Answer } from "../../../actors/runtime/actors.ts";
import type { CartCommand } from "../../../machines/cart/messages.ts";
import type { Address } from "../../../machines/decision.ts";
import type { EdgeError } from "../edge_error.ts";
import { anyCart } from "./own_id.ts";
import type { Wish } from "./wish.ts";

const Moved = z.object({ movedTo: z.string() });

interface CartAsked {
  readonly to: Address;
  readonly command: CartCommand | EdgeError;
  readonly intent?: string;
}

/**
 * Asks a cart; a guest's cart that has moved to the caller is asked for again where it went, under the same key. Others
 * are told that it moved, and no more.
 */
export async function askCart({ to, command, ...more }: CartAsked, wish: Wish): Promise<Answer> {
  const answer = await wish.ask(to, command, more);
  if (answer.ok || answer.reason !== "cart_moved") return answer;

  const { movedTo } = Moved.parse(answer.details);
  const there = await wish.ask(anyCart(movedTo), command, more);
  return !there.ok && there.reason === "not_found" ? answer : there;
}
