import { part, parts } from "./template.ts";

const SHOWN_MS = 6000;

/** Says something at the edge of the page for a while: above the drawer when that is open. */
export function toast(words: string): void {
  const note = placed(words);
  setTimeout(() => note.remove(), SHOWN_MS);
}

/** Says what went wrong, until somebody has read it and closes it. */
export function trouble(words: string): void {
  const note = placed(words);
  note.toggleAttribute("data-stays", true);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.ariaLabel = "Close this message";
  close.textContent = "×";
  close.addEventListener("click", () => note.remove());
  note.append(close);
}

/** Takes the place of what would go by itself, and of the same words. */
function placed(words: string): HTMLElement {
  const place = document.querySelector("dialog[open] [data-toasts]") ?? part(document.body, ":scope > [data-toasts]");
  const note = document.createElement("p");
  note.className = "toast";
  note.dataset.words = words;
  note.append(words);
  for (const shown of parts(place, ".toast")) {
    if (!("stays" in shown.dataset) || shown.dataset.words === words) shown.remove();
  }
  place.append(note);
  return note;
}

/** Says something to those who listen to the page instead of looking at it. */
export function speak(words: string): void {
  part(document.body, "[data-spoken]").textContent = words;
}
