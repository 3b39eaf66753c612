import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { decide } from "../../machines/cart/decide.ts";
import { evolve } from "../../machines/cart/machine.ts";
import type { CartCommand, CartEvent, MergeStrategy } from "../../machines/cart/messages.ts";
import { decide as decideCustomer } from "../../machines/customer/decide.ts";
import { evolve as evolveCustomer, initial as initialCustomer } from "../../machines/customer/machine.ts";
import type { CustomerCommand, CustomerEvent } from "../../machines/customer/messages.ts";
import { send } from "../../machines/decision.ts";
import {
  addMug,
  BOBS_CART_ID,
  CART_ID,
  cartWith,
  checkedOut,
  checkOut,
  checkoutBegun,
  oneLamp,
  sealed,
  twoMugs,
} from "./cart_examples.ts";
import { after, ann, bob, clerk, sentencesAbout, turnOf } from "./given.ts";

const given = sentencesAbout({ decide, evolve });
const givenCustomer = sentencesAbout({ decide: decideCustomer, evolve: evolveCustomer });

const seal = { type: "seal", movedTo: BOBS_CART_ID, toCustomerId: "bob", strategy: "add" } satisfies CartCommand;
const mugs = { lineId: "mug", sku: "mug", name: "Red mug", quantity: 2, unitMinor: 255, stocked: true };
const lamp = { lineId: "lamp", sku: "lamp", name: "Lamp", quantity: 1, unitMinor: 1_999, stocked: true };
const takeCart = {
  type: "take_cart",
  fromCartId: CART_ID,
  spareCartId: "crt_bbbbbbbbbbbbbbbbbbbbbbbbbb",
  currency: "GBP",
  lines: [mugs],
  strategy: "add",
} satisfies CustomerCommand;

describe("a guest's cart", () => {
  it("seals itself and sends its lines to the customer who the guest turned out to be", () => {
    given(cartWith(twoMugs)).when(seal).then(sealed).thenSends(send("customer/bob", takeCart));
    given(cartWith(twoMugs, checkoutBegun)).when(seal).then(sealed);
  });
  it("sends nothing when it is empty, and is sealed all the same", () => {
    given(cartWith()).when(seal).then(sealed).thenSends();
  });
  it("is sealed once, and not at all once it was checked out", () => {
    given(cartWith(twoMugs, sealed)).when(seal).thenNothing();
    given(cartWith(twoMugs, checkedOut)).when(seal).thenNothing();
  });
  it("tells the guest and the customer where it went, and others nothing", () => {
    for (const command of [addMug, checkOut, { type: "remove_line", sku: "mug" } as const]) {
      for (const principal of [ann, bob]) {
        given(cartWith(twoMugs, sealed)).when(command, principal).thenRefuses("cart_moved", { movedTo: BOBS_CART_ID });
      }
      given(cartWith(twoMugs, sealed)).when(command, clerk).thenRefuses("not_found");
    }
  });
  it("is not opened again", () => {
    given(cartWith(sealed)).when({ type: "open", customerId: "ann", currency: "GBP" }).thenRefuses("cart_exists");
  });
});

describe("a guest's lines", () => {
  it("add up with the same product at the same price", () => {
    given(cartWith(twoMugs)).when(taking("add", [mugs])).then(twoMugs);
    expect(quantities(cartWith(twoMugs), taking("add", [mugs, lamp]))).toEqual({ mug: 4, lamp: 1 });
  });
  it("keep the prices that they had", () => {
    expect(quantities(cartWith(twoMugs), taking("add", [{ ...mugs, unitMinor: 300 }, mugs])))
      .toEqual({ "mug": 4, "mug@300": 2 });
  });
  it("are let go where there is something already, if that is wished", () => {
    given(cartWith(twoMugs)).when(taking("keep_mine", [lamp])).thenNothing();
    given(cartWith()).when(taking("keep_mine", [lamp])).then(oneLamp);
  });
  it("take the place of what is there, if that is wished", () => {
    expect(quantities(cartWith(twoMugs), taking("take_guest", [lamp]))).toEqual({ lamp: 1 });
    expect(quantities(cartWith(twoMugs, checkoutBegun), taking("take_guest", [mugs, lamp]))).toEqual({
      mug: 2,
      lamp: 1,
    });
  });
  it("never are refused: what the cart cannot hold is left out", () => {
    const many = { ...mugs, quantity: 9_999 };
    expect(quantities(cartWith(twoMugs), taking("add", [many]))).toEqual({ mug: 10_000 });
    const full = Array.from({ length: 1_000 }, (_, n): CartEvent => ({ ...twoMugs, lineId: `s${n}`, sku: `s${n}` }));
    given(cartWith(...full)).when(taking("add", [mugs])).thenNothing();
    given(cartWith(...full)).when(taking("add", [{ ...mugs, lineId: "s7", sku: "s7" }]))
      .then({ ...twoMugs, lineId: "s7", sku: "s7" });
    given(cartWith(twoMugs)).when({ ...taking("add", [mugs]), currency: "EUR" }).thenNothing();
    given(cartWith(twoMugs, checkedOut)).when(taking("add", [mugs])).thenNothing();
  });
  it("come on the guest's word", () => {
    given(cartWith()).when(taking("add", [mugs]), bob).then(twoMugs);
  });
});

describe("a customer", () => {
  const opened: CustomerEvent = { type: "cart_opened", cartId: CART_ID };
  const give = {
    type: "give_cart",
    movedTo: BOBS_CART_ID,
    toCustomerId: "bob",
    strategy: "add",
  } satisfies CustomerCommand;
  const taken: CustomerEvent = { type: "cart_merged", fromCartId: CART_ID, cartId: BOBS_CART_ID };
  const takeIn: CartCommand = { type: "take_in", currency: "GBP", lines: [mugs], strategy: "add" };

  it("gives the open cart away, if there is one, and never to themselves", () => {
    givenCustomer(knownAs("ann", opened)).when(give).then().thenSends(send(`cart/${CART_ID}`, seal));
    givenCustomer(knownAs("ann")).when(give).thenNothing();
    givenCustomer(knownAs("ann", opened)).when({ ...give, toCustomerId: "ann" }).thenNothing();
  });
  it("takes a guest's lines into the open cart, once", () => {
    const bobs: CustomerEvent = { type: "cart_opened", cartId: BOBS_CART_ID };
    givenCustomer(knownAs("bob", bobs)).when(takeCart, ann).then(taken).thenSends(send(`cart/${BOBS_CART_ID}`, takeIn));
    givenCustomer(knownAs("bob", bobs, taken)).when(takeCart, ann).thenNothing();
  });
  it("opens a cart for them where there is none, also when the one they were meant for is an order by now", () => {
    const { spareCartId } = takeCart;
    const open: CartCommand = { type: "open", customerId: "bob", currency: "GBP" };
    givenCustomer(knownAs("bob")).when(takeCart, ann)
      .then({ type: "cart_opened", cartId: spareCartId }, { ...taken, cartId: spareCartId })
      .thenSends(
        send(`cart/${spareCartId}`, open),
        send(`cart/${spareCartId}`, takeIn),
      );
  });
  it("has no cart any more once theirs was sealed", () => {
    const told = { cartId: CART_ID, itemCount: 0, totalMinor: 0, currency: "GBP", cartVersion: 3, changed: [] };
    const { openCartId, feed } = knownAs("ann", opened, { type: "cart_updated", ...told, status: "sealed" }).context;
    expect([openCartId, feed.cart]).toEqual([null, null]);
  });
  it("remembers a hundred guests", () => {
    const many = Array.from({ length: 101 }, (_, n): CustomerEvent => ({ ...taken, fromCartId: `crt_${n}` }));
    const { mergedCartIds } = knownAs("bob", ...many).context;
    expect([mergedCartIds.length, mergedCartIds[0], mergedCartIds.at(-1)]).toEqual([100, "crt_100", "crt_1"]);
  });
});

type TakeIn = Extract<CartCommand, { type: "take_in" }>;

function taking(strategy: MergeStrategy, lines: TakeIn["lines"]): TakeIn {
  return { type: "take_in", currency: "GBP", lines, strategy };
}

/** What the cart holds afterwards, by line. */
function quantities(cart: ReturnType<typeof cartWith>, command: CartCommand): Readonly<Record<string, number>> {
  const decision = decide(cart, command, turnOf(ann));
  if (!decision.accepted) throw new Error(decision.reason);
  const { lines } = after(cart, { evolve, events: decision.events }).context;
  return Object.fromEntries(lines.map(({ lineId, quantity }) => [lineId, quantity]));
}

function knownAs(customerId: string, ...events: readonly CustomerEvent[]): ReturnType<typeof initialCustomer> {
  return after(initialCustomer(customerId), { evolve: evolveCustomer, events });
}
