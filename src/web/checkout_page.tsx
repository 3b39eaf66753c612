import type { JSX } from "hono/jsx/jsx-runtime";
import { Page, type PageFrame } from "./page.tsx";
import { Bones, NeedsScript, Unavailable } from "./section_states.tsx";

export function CheckoutPage({ frame }: { readonly frame: PageFrame }): JSX.Element {
  return (
    <Page frame={frame} title="Checkout" kind="checkout">
      <h1>Checkout</h1>
      <NeedsScript />
      <section class="checkout" data-section data-checkout data-state="loading" aria-label="Checkout">
        <Bones rows={5} />
        <Unavailable what="We cannot take orders for the moment. Your cart is safe." />
        <div data-part="empty" class="empty">
          <p class="empty-title">Your cart is empty</p>
          <p>Put something in it first.</p>
          <a class="button" href="/">Back to the shop</a>
        </div>
        <form data-part="ready" class="checkout-form" data-checkout-form>
          <div class="checkout-steps">
            <AddressFields />
            <fieldset class="step-box">
              <legend>Payment</legend>
              <div class="choices" data-methods></div>
              <p class="small">This is a demonstration: no card number is needed, and no money moves.</p>
            </fieldset>
          </div>
          <Summary />
        </form>
      </section>
      <PaymentMethodTemplate />
      <SummaryLineTemplate />
    </Page>
  );
}

function AddressFields(): JSX.Element {
  return (
    <fieldset class="step-box">
      <legend>Where should it go?</legend>
      <div class="fields">
        <Field name="name" label="Full name" autocomplete="name" required wide />
        <Field name="line1" label="Address" autocomplete="address-line1" required wide />
        <Field name="line2" label="Flat, floor (optional)" autocomplete="address-line2" wide />
        <Field name="city" label="Town or city" autocomplete="address-level2" required />
        <Field name="postcode" label="Postcode" autocomplete="postal-code" required maxlength={20} />
        <label class="field">
          <span>Country</span>
          <select name="country" autocomplete="country" required>
            <option value="GB" selected>United Kingdom</option>
            <option value="IE">Ireland</option>
            <option value="FR">France</option>
            <option value="DE">Germany</option>
            <option value="NL">Netherlands</option>
            <option value="ES">Spain</option>
          </select>
        </label>
        <Field name="email" label="E-mail (optional)" type="email" autocomplete="email" />
      </div>
    </fieldset>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly autocomplete: string;
  readonly type?: "text" | "email";
  readonly required?: boolean;
  readonly wide?: boolean;
  readonly maxlength?: number;
}

function Field({ name, label, autocomplete, type = "text", required, wide, maxlength = 200 }: FieldProps): JSX.Element {
  return (
    <label class={wide ? "field field-wide" : "field"}>
      <span>{label}</span>
      <input type={type} name={name} autocomplete={autocomplete} required={required} maxlength={maxlength} />
    </label>
  );
}

function Summary(): JSX.Element {
  return (
    <aside class="summary" aria-label="Your order">
      <h2>Your order</h2>
      <ul class="summary-lines" data-summary></ul>
      <p class="total">
        <span>Total</span>
        <output data-summary-total></output>
      </p>
      <p class="trouble" role="alert" data-trouble hidden></p>
      <button type="submit" class="button wide" data-place>Place order</button>
      <p class="small">
        We set your things aside for 15 minutes while the payment goes through. <a href="/cart">Change the cart</a>
      </p>
    </aside>
  );
}

function PaymentMethodTemplate(): JSX.Element {
  return (
    <template id="payment-method">
      <label class="choice">
        <input type="radio" name="method" required data-slot="method" />
        <span data-slot="name"></span>
      </label>
    </template>
  );
}

function SummaryLineTemplate(): JSX.Element {
  return (
    <template id="summary-line">
      <li class="summary-line">
        <img data-slot="picture" alt="" width="48" height="48" loading="lazy" />
        <span data-slot="name"></span>
        <span data-slot="total"></span>
      </li>
    </template>
  );
}
