import type { JSX } from "hono/jsx/jsx-runtime";
import { Bones, Unavailable } from "./section_states.tsx";

/** The cart as a section of its own: loading, ready, empty or temporarily unavailable. Filled in by the browser. */
export function CartPanel(): JSX.Element {
  return (
    <section class="cart" data-section data-cart data-state="loading" aria-label="Your cart">
      <Bones rows={3} />
      <Unavailable what="Your cart is safe, we just cannot show it right now." />
      <div data-part="empty" class="empty">
        <p class="empty-title">Nothing in here yet</p>
        <p>Things you add appear at once, in every tab you have open.</p>
        <a class="button" href="/" data-close>Have a look around</a>
      </div>
      <div data-part="ready" class="cart-ready">
        <p class="note" data-note hidden></p>
        <ul class="cart-lines" data-lines></ul>
        <div class="cart-foot">
          <p class="total">
            <span>Total</span>
            <output data-total></output>
          </p>
          <a class="button wide" href="/checkout">Go to checkout</a>
          <p class="small">Delivery is included. Prices include VAT.</p>
        </div>
      </div>
    </section>
  );
}

/** One line of the cart, to be cloned. */
export function CartLineTemplate(): JSX.Element {
  return (
    <template id="cart-line">
      <li class="cart-line">
        <a class="cart-picture" data-slot="link" tabindex={-1} aria-hidden="true">
          <img data-slot="picture" alt="" width="72" height="72" loading="lazy" />
        </a>
        <div class="cart-what">
          <a class="cart-name" data-slot="name"></a>
          <p class="small" data-slot="price"></p>
          <div class="stepper" role="group" data-slot="stepper">
            <button type="button" class="step" data-less>−</button>
            <output class="step-count" data-slot="quantity"></output>
            <button type="button" class="step" data-more>+</button>
          </div>
        </div>
        <div class="cart-sum">
          <p class="cart-line-total" data-slot="total"></p>
          <button type="button" class="text-button" data-remove>Remove</button>
        </div>
      </li>
    </template>
  );
}
