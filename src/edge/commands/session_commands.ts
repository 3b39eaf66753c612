import { z } from "zod";
import { addressOf } from "../../../actors/runtime/address.ts";
import { MergeStrategy } from "../../../machines/cart/messages.ts";
import type { CustomerCommand } from "../../../machines/customer/messages.ts";
import type { Principal } from "../../../machines/decision.ts";
import { EdgeError, invalid, whyNot } from "../edge_error.ts";
import { isGuest, principalOf } from "../identity/caller.ts";
import { command, type CommandDeps, type CommandResult, type CommandSpec } from "./command.ts";

const CartReply = z.object({ cartId: z.string() });

const merge = command({
  name: "session.merge",
  summary: "Moves a guest's cart into the cart of the customer who the guest turned out to be.",
  roles: ["customer"],
  creates: true,
  params: z.strictObject({ guestToken: z.string().min(1).max(8192), strategy: MergeStrategy.default("add") }),
  async run({ guestToken, strategy }, wish, { config, identity }): Promise<CommandResult> {
    const { sub } = wish.principal;
    if (isGuest(sub)) throw new EdgeError("forbidden");
    const intent = `${guestToken}\n${strategy}`;
    const to = addressOf("customer", sub);
    const guest = await guestOf(guestToken, identity).catch(whyNot);
    if (guest instanceof EdgeError) return wish.result(await wish.ask(to, guest, { intent, step: "answer" }));
    const cartAt = (seed: string): CustomerCommand => (
      { type: "open_cart", cartId: wish.newId("crt", `${seed}\n${wish.key}`), currency: config.currency }
    );

    const opened = await wish.ask(to, cartAt("before"), { intent });
    if (!opened.ok) return wish.result(opened);
    const { cartId: movedTo } = CartReply.parse(JSON.parse(opened.replyJson));

    // All that matters is this one commit: the guest's cart is sealed, and its lines are on their way.
    const giving: CustomerCommand = { type: "give_cart", movedTo, toCustomerId: sub, strategy };
    const given = await wish.ask(addressOf("customer", guest.sub), giving, { intent, principal: guest });
    if (!given.ok) return wish.result(given);

    // On the same node the letter came first. Where it is still on its way, the lines come by the customer's feed.
    return wish.result(await wish.ask(to, cartAt("after"), { intent, step: "answer" }));
  },
});

export const sessionCommands: readonly CommandSpec[] = [merge];

/** The guest whose word this is: a token that others could not show. */
async function guestOf(token: string, identity: CommandDeps["identity"]): Promise<Principal> {
  const guest = await identity.verify(token).catch((error) => {
    const isBad = error instanceof EdgeError && (error.code === "token_invalid" || error.code === "token_expired");
    throw isBad ? invalid("guestToken", "It does not count, or not any more") : error;
  });
  if (!isGuest(guest.sub)) throw invalid("guestToken", "It is not a guest's");
  return principalOf(guest);
}
