import type { JSX } from "hono/jsx/jsx-runtime";
import { CartPanel } from "./cart_panel.tsx";
import { Page, type PageFrame } from "./page.tsx";

export function CartPage({ frame }: { readonly frame: PageFrame }): JSX.Element {
  return (
    <Page frame={frame} title="Your cart" kind="cart">
      <div class="narrow">
        <h1>Your cart</h1>
        <CartPanel />
      </div>
    </Page>
  );
}
