import type { JSX } from "hono/jsx/jsx-runtime";
import type { ListedProduct } from "../edge/ports.ts";
import { Page, type PageFrame } from "./page.tsx";
import { type Found, ProductGrid } from "./product_grid.tsx";
import { productPath } from "./product_card.tsx";

const FEATURED = 3;

export function HomePage({ frame, found }: { readonly frame: PageFrame; readonly found: Found }): JSX.Element {
  const isFront = found.q === "" && found.after === undefined;
  const title = found.q === "" ? "More things" : `“${found.q}”`;
  return (
    <Page frame={frame} title={isFront ? "Gifts & home" : title} q={found.q}>
      {isFront ? <Hero products={featured(found.page?.items ?? [])} /> : <h1 class="unseen">Products</h1>}
      <ProductGrid found={found} />
    </Page>
  );
}

/** What it says of the shelf needs something on it. */
function Hero({ products }: { readonly products: readonly ListedProduct[] }): JSX.Element {
  const hasProducts = products.length > 0;
  return (
    <section class="hero">
      <div class="hero-words">
        <h1>Small things that make a house a home.</h1>
        <p>
          Things we would happily give, get or keep.
          {hasProducts ? " Stock is counted live, so what you see is what is on the shelf right now." : null}
        </p>
      </div>
      {hasProducts ? <HeroPictures products={products} /> : null}
    </section>
  );
}

function HeroPictures({ products }: { readonly products: readonly ListedProduct[] }): JSX.Element {
  return (
    <ul class="hero-pictures">
      {products.map(({ sku, name, imageUrl }) => (
        <li>
          <a href={productPath(sku)}>
            <img src={imageUrl} alt={name} width="480" height="480" />
          </a>
        </li>
      ))}
    </ul>
  );
}

/** A few from all over the list, the same for everybody. */
function featured(items: readonly ListedProduct[]): readonly ListedProduct[] {
  const step = Math.max(1, Math.floor(items.length / FEATURED));
  return items.filter((_, index) => index % step === Math.floor(step / 2)).slice(0, FEATURED);
}
