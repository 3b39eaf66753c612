// deno-lint-ignore-file jsx-key -- keys serve a second rendering, and the server renders once
import type { JSX } from "hono/jsx/jsx-runtime";

/** Shown in place of a section whose source does not answer; the rest of the page stays. */
export function Unavailable({ what }: { readonly what: string }): JSX.Element {
  return (
    <div data-part="unavailable" class="empty">
      <p class="empty-title">Temporarily unavailable</p>
      <p>{what}</p>
      <button type="button" class="button quiet" data-retry>Try again</button>
    </div>
  );
}

export function Bones({ rows }: { readonly rows: number }): JSX.Element {
  return (
    <div data-part="loading" class="stack" aria-hidden="true">
      {Array.from({ length: rows }, () => <div class="bone bone-line"></div>)}
    </div>
  );
}

/** In place of the sections, which only scripts can fill. */
export function NeedsScript(): JSX.Element {
  return (
    <noscript>
      <p class="lead">
        This page needs JavaScript. Without it you can still look at <a href="/">everything we have</a>.
      </p>
    </noscript>
  );
}
