import { ANSWER_WITHIN_MS, type Clock } from "./clock.ts";
import { part, parts } from "./template.ts";
import { speak, trouble } from "./toasts.ts";

const TYPING_MS = 220;

interface SearchParts {
  readonly clock: Clock;
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
}

/** Shows what is found while it is typed. The form works without this, on every page. */
export function mountProductSearch({ clock, fetch }: SearchParts): void {
  const form = part(document, "[data-search]");
  const field = part(form, "input");
  if (document.querySelector("[data-products]") === null || !(field instanceof HTMLInputElement)) return;

  let cancel: (() => void) | undefined;
  let asking: AbortController | undefined;

  field.addEventListener("input", () => {
    cancel?.();
    cancel = clock.after(TYPING_MS, () => void search(field.value.trim()));
  });
  form.addEventListener("submit", (submit) => {
    submit.preventDefault();
    cancel?.();
    void search(field.value.trim());
  });
  document.addEventListener("click", (click) => {
    const link = click.target instanceof Element ? click.target.closest("[data-more-products]") : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    click.preventDefault();
    void showMore(link);
  });

  async function search(q: string): Promise<void> {
    asking?.abort();
    const mine = asking = new AbortController();
    const query = q === "" ? "" : `?${new URLSearchParams({ q })}`;
    try {
      const found = await fragment(query, mine);
      part(document, "[data-products]").replaceWith(found);
      for (const hero of parts(document, ".hero")) hero.hidden = q !== "";
      history.replaceState(null, "", `/${query}`);
      scrollTo({ top: 0 });
      speak(found.querySelector("[data-outcome]")?.textContent ?? "");
    } catch {
      // What was typed since is answered by itself.
      if (mine === asking) trouble("Search is temporarily unavailable. Please try again in a moment.");
    }
  }

  async function showMore(link: HTMLAnchorElement): Promise<void> {
    if (link.ariaBusy === "true") return;
    link.ariaBusy = "true";
    try {
      const more = await fragment(link.search, new AbortController());
      if (link.isConnected) append(more, link);
    } catch {
      if (link.isConnected) trouble("More products are temporarily unavailable. Please try again in a moment.");
    } finally {
      link.ariaBusy = null;
    }
  }

  async function fragment(query: string, asked: AbortController): Promise<HTMLElement> {
    const giveUp = clock.after(ANSWER_WITHIN_MS, () => asked.abort());
    try {
      const response = await fetch(`/fragments/products${query}`, { signal: asked.signal });
      if (!response.ok) throw new Error(`Cannot search: status ${response.status}`);
      const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
      return part(parsed, "[data-products]");
    } finally {
      giveUp();
    }
  }
}

/** Whoever asked with the keyboard goes on from the first new product. Its card says where its page begins. */
function append(more: HTMLElement, link: HTMLAnchorElement): void {
  const hadFocus = link === document.activeElement;
  const [first, ...others] = parts(more, ".card");
  const next = more.querySelector(".more");
  if (next === null) link.parentElement?.remove();
  else link.parentElement?.replaceWith(next);
  if (first === undefined) return;

  first.dataset.after = more.dataset.after;
  part(document, "[data-products] .grid").append(first, ...others);
  if (hadFocus) part(first, "a").focus();
}
