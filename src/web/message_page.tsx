import type { JSX } from "hono/jsx/jsx-runtime";
import { Page, type PageFrame } from "./page.tsx";

interface MessageProps {
  readonly frame: PageFrame;
  readonly title: string;
  readonly words: string;
  /** Where "Try again" leads; without it there is only the way back. */
  readonly retry?: string;
}

/** A page that has only something to say: not found, or not now. */
export function MessagePage({ frame, title, words, retry }: MessageProps): JSX.Element {
  return (
    <Page frame={frame} title={title}>
      <div class="message">
        <img src="/images/products/HOURGLASS-TEA.svg" alt="" width="200" height="200" />
        <h1>{title}</h1>
        <p class="lead">{words}</p>
        <p class="message-ways">
          {retry === undefined ? null : <a class="button" href={retry}>Try again</a>}
          <a class={retry === undefined ? "button" : "button quiet"} href="/">Back to the shop</a>
        </p>
      </div>
    </Page>
  );
}
