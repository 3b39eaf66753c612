import { part } from "./template.ts";

const SHOWN_MS = 6000;

/** Says something at the edge of the page for a while: above the drawer when that is open. */
export function toast(words: string): void {
  const place = document.querySelector("dialog[open] [data-toasts]") ?? part(document.body, ":scope > [data-toasts]");
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = words;
  place.replaceChildren(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}

/** Says something to those who listen to the page instead of looking at it. */
export function speak(words: string): void {
  part(document.body, "[data-spoken]").textContent = words;
}
