import type { Clock } from "./clock.ts";
import { part, parts } from "./template.ts";
import { toast } from "./toasts.ts";

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
    asking = new AbortController();
    const query = q === "" ? "" : `?${new URLSearchParams({ q })}`;
    try {
      const found = await fragment(query, asking.signal);
      part(document, "[data-products]").replaceWith(found);
      for (const hero of parts(document, ".hero")) hero.hidden = q !== "";
      history.replaceState(null, "", `/${query}`);
      scrollTo({ top: 0 });
    } catch {
      if (!asking.signal.aborted) toast("Search is temporarily unavailable. Please try again in a moment.");
    }
  }

  async function showMore(link: HTMLAnchorElement): Promise<void> {
    try {
      const more = await fragment(link.search, AbortSignal.timeout(8000));
      part(document, "[data-products] .grid").append(...parts(more, ".card"));
      const next = more.querySelector(".more");
      if (next === null) return link.parentElement?.remove();
      link.parentElement?.replaceWith(next);
    } catch {
      toast("More products are temporarily unavailable. Please try again in a moment.");
    }
  }

  async function fragment(query: string, signal: AbortSignal): Promise<HTMLElement> {
    const response = await fetch(`/fragments/products${query}`, { signal });
    if (!response.ok) throw new Error(`Cannot search: status ${response.status}`);
    const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
    return part(parsed, "[data-products]");
  }
}
