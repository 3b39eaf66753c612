const words: Readonly<Record<string, string>> = {
  cart_is_closed: "This cart has already become an order.",
  cart_is_empty: "Your cart is empty.",
  cart_is_full: "Your cart cannot hold any more different products.",
  currency_differs: "This product is sold in another currency.",
  illegal_transition: "That is no longer possible for this order.",
  invalid_request: "Something you entered does not look right. Please check it and try again.",
  line_is_missing: "This is no longer in your cart.",
  not_found: "We could not find that any more.",
  out_of_stock: "Sorry, this has just sold out.",
  product_is_missing: "Sorry, we do not sell this any more.",
  quantity_too_large: "That is more than we can put in one cart.",
  version_mismatch: "This was changed somewhere else. Please try again.",
};

export const unreachableWords = "We could not reach the shop. Please have another look at your cart in a moment.";

/** A refusal as a customer can understand it. */
export function refusalWords(code: string): string {
  return words[code] ?? "That did not work. Please try again.";
}
