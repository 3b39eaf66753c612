import type { JSX } from "hono/jsx/jsx-runtime";
import { moneyText } from "../client/format.ts";
import { Page, type PageFrame } from "./page.tsx";
import { AddButton, goodsAttributes, Stock } from "./product_card.tsx";
import type { ProductDetail } from "./product_detail.ts";

export function ProductPage({ frame, product }: {
  readonly frame: PageFrame;
  readonly product: ProductDetail;
}): JSX.Element {
  const { name, description, category, imageUrl, price, available } = product;
  return (
    <Page frame={frame} title={name} description={description}>
      <article class="product" {...goodsAttributes(product)}>
        <img class="product-picture" src={imageUrl} alt={`A drawing of ${name}`} width="480" height="480" />
        <div class="product-words">
          {category === "" ? null : <p class="kicker">{category}</p>}
          <h1>{name}</h1>
          <p class="price big-price" data-price>{moneyText(price)}</p>
          {description === "" ? null : <p class="lead">{description}</p>}
          <Stock available={available} />
          <div class="product-buy">
            <label class="quantity">
              <span>Quantity</span>
              <input
                type="number"
                name="quantity"
                value="1"
                min="1"
                max={Math.max(1, available)}
                required
                inputmode="numeric"
                data-quantity
              />
            </label>
            <AddButton name={name} available={available} wide />
          </div>
          <p class="small">Delivery is included, and so are thirty days to change your mind.</p>
        </div>
      </article>
      <p class="back">
        <a href="/">← Back to the shop</a>
      </p>
    </Page>
  );
}
