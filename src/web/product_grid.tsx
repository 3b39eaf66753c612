// deno-lint-ignore-file jsx-key -- keys serve a second rendering, and the server renders once
import type { JSX } from "hono/jsx/jsx-runtime";
import { pageCursor } from "../edge/after.ts";
import type { ListedProduct, Page } from "../edge/ports.ts";
import { ProductCard } from "./product_card.tsx";

/** What was looked for, and what was found: undefined when the list cannot be had now. */
export interface Found {
  readonly q: string;
  /** The cursor of the page; undefined for the first. */
  readonly after?: string;
  readonly page?: Page<ListedProduct>;
}

const EAGER = 8;

/** The products of one page: by shelf when all of them are there, else in a row. */
export function ProductGrid({ found }: { readonly found: Found }): JSX.Element {
  const { q, after, page } = found;
  return (
    <div id="products" data-products data-q={q} data-after={after ?? ""}>
      {page === undefined ? <Missing q={q} /> : <Shelves q={q} after={after} page={page} />}
    </div>
  );
}

function Missing({ q }: { readonly q: string }): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title" data-outcome>Temporarily unavailable</p>
      <p>We cannot show our products right now. Your cart and your orders are not affected.</p>
      <a class="button quiet" href={searchPath(q)}>Try again</a>
    </div>
  );
}

function Shelves({ q, after, page }: Required<Pick<Found, "q" | "page">> & Pick<Found, "after">): JSX.Element {
  const { items } = page;
  const next = pageCursor(page.next);
  if (items.length === 0) return <NothingFound q={q} />;

  const isWhole = q === "" && after === undefined && next === null;
  const shelves = isWhole ? byCategory(items) : [];
  return (
    <>
      {q === "" ? null : (
        <p class="found">
          <span data-outcome>
            {items.length}
            {next === null ? "" : "+"} {items.length === 1 ? "thing" : "things"} for “{q}”
          </span>{" "}
          <a href="/">Show everything</a>
        </p>
      )}
      {shelves.length > 1 ? <Chips names={shelves.map(([name]) => name)} /> : null}
      {shelves.length > 1
        ? shelves.map(([name, products]) => <Shelf name={name} products={products} />)
        : <ul class="grid">{items.map((product, index) => <ProductCard product={product} eager={index < EAGER} />)}
        </ul>}
      {next === null ? null : (
        <p class="more">
          <a class="button quiet" href={searchPath(q, next)} data-more-products>Show more</a>
        </p>
      )}
    </>
  );
}

function NothingFound({ q }: { readonly q: string }): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title" data-outcome>{q === "" ? "The shelves are empty" : `Nothing found for “${q}”`}</p>
      <p>{q === "" ? "New things are on their way." : "Try a shorter word, or have a look at everything we have."}</p>
      {q === "" ? null : <a class="button quiet" href="/">Show everything</a>}
    </div>
  );
}

function Chips({ names }: { readonly names: readonly string[] }): JSX.Element {
  return (
    <nav class="chips" aria-label="Shelves">
      {names.map((name) => <a class="chip" href={`#${anchorOf(name)}`}>{name}</a>)}
    </nav>
  );
}

function Shelf(
  { name, products }: { readonly name: string; readonly products: readonly ListedProduct[] },
): JSX.Element {
  const id = anchorOf(name);
  return (
    <section class="shelf" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{name}</h2>
      <ul class="grid">{products.map((product) => <ProductCard product={product} />)}</ul>
    </section>
  );
}

/** Shelves by name, their products in the order of the list; what has no shelf comes last. */
function byCategory(items: readonly ListedProduct[]): readonly (readonly [string, readonly ListedProduct[]])[] {
  const shelves = Map.groupBy(items, ({ category }) => category === undefined || category === "" ? "" : category);
  const named = [...shelves].filter(([name]) => name !== "").sort(([one], [other]) => one.localeCompare(other));
  const rest = shelves.get("") ?? [];
  return rest.length === 0 ? named : [...named, ["More things", rest]];
}

function anchorOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

function searchPath(q: string, after?: string): string {
  const query = new URLSearchParams({ ...(q !== "" && { q }), ...(after !== undefined && { after }) });
  return query.size === 0 ? "/" : `/?${query}`;
}
