import type { JSX } from "hono/jsx/jsx-runtime";
import { CartPanel } from "./cart_panel.tsx";
import { Page, type PageFrame } from "./page.tsx";
import { Bones, NeedsScript, Unavailable } from "./section_states.tsx";

export function AccountPage({ frame }: { readonly frame: PageFrame }): JSX.Element {
  return (
    <Page frame={frame} title="Your orders" kind="cart">
      <h1>Your orders</h1>
      <NeedsScript />
      <div class="account">
        <section data-section data-orders data-state="loading" aria-label="Orders">
          <Bones rows={4} />
          <Unavailable what="We cannot show your orders for the moment. They are safe." />
          <div data-part="empty" class="empty">
            <p class="empty-title">No orders yet</p>
            <p>When you place one, you can watch it from here to your door.</p>
            <a class="button" href="/">Go shopping</a>
          </div>
          <div data-part="ready">
            <p class="note" data-note hidden></p>
            <ul class="order-list" data-order-list></ul>
          </div>
        </section>
        <div class="account-side">
          <section class="side-box" aria-labelledby="side-cart">
            <h2 id="side-cart">Your cart</h2>
            <CartPanel />
          </section>
          <Profile />
        </div>
      </div>
      <OrderRowTemplate />
    </Page>
  );
}

function Profile(): JSX.Element {
  return (
    <section class="side-box" data-section data-profile data-state="loading" aria-labelledby="side-profile">
      <h2 id="side-profile">You</h2>
      <Bones rows={1} />
      <Unavailable what="We cannot show your details for the moment." />
      <p data-part="ready" data-slot="profile"></p>
    </section>
  );
}

function OrderRowTemplate(): JSX.Element {
  return (
    <template id="order-row">
      <li class="order-row">
        <a class="order-link" data-slot="link">
          <span class="order-day" data-slot="day"></span>
          <span class="badge" data-slot="status"></span>
          <span class="order-total" data-slot="total"></span>
        </a>
      </li>
    </template>
  );
}
