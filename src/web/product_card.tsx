import type { JSX } from "hono/jsx/jsx-runtime";
import { moneyText, stockLevel, stockText } from "../client/format.ts";
import type { ListedProduct } from "../edge/ports.ts";

export function ProductCard({ product, eager }: {
  readonly product: ListedProduct;
  /** Above the fold: its picture is loaded at once. */
  readonly eager?: boolean;
}): JSX.Element {
  const { sku, name, imageUrl, price, available } = product;
  return (
    <li class="card" {...goodsAttributes(product)}>
      <a class="card-link" href={productPath(sku)}>
        <img class="card-picture" src={imageUrl} alt="" width="480" height="480" loading={eager ? "eager" : "lazy"} />
        <span class="card-name">{name}</span>
      </a>
      <div class="card-foot">
        <div>
          <p class="price" data-price>{moneyText(price)}</p>
          <Stock available={available} />
        </div>
        <AddButton name={name} available={available} />
      </div>
    </li>
  );
}

export function Stock({ available }: { readonly available: number }): JSX.Element {
  return <p class="stock" data-stock data-level={stockLevel(available)}>{stockText(available)}</p>;
}

export function AddButton({ name, available, wide }: {
  readonly name: string;
  readonly available: number;
  readonly wide?: boolean;
}): JSX.Element {
  const kind = wide ? "button wide" : "button small-button";
  return (
    <button type="button" class={kind} data-add disabled={available <= 0} aria-label={`Add ${name} to your cart`}>
      {wide ? "Add to cart" : "Add"}
    </button>
  );
}

/** What the browser needs to know to put a product into the cart. */
export function goodsAttributes(product: Pick<ListedProduct, "sku" | "name" | "price" | "available">): Record<
  string,
  string | number
> {
  const { sku, name, price, available } = product;
  return {
    "data-sku": sku,
    "data-name": name,
    "data-minor": price.minor,
    "data-currency": price.currency,
    "data-available": available,
  };
}

export function productPath(sku: string): string {
  return `/products/${encodeURIComponent(sku)}`;
}
