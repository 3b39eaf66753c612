import type { JSX } from "hono/jsx/jsx-runtime";
import { CartPanel } from "./cart_panel.tsx";
import { Page, type PageFrame } from "./page.tsx";
import { NeedsScript } from "./section_states.tsx";

export function CartPage({ frame }: { readonly frame: PageFrame }): JSX.Element {
  return (
    <Page frame={frame} title="Your cart" kind="cart">
      <div class="narrow">
        <h1>Your cart</h1>
        <NeedsScript />
        <CartPanel />
      </div>
    </Page>
  );
}
