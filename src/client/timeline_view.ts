import { timeText } from "./format.ts";
import type { Milestone } from "./order_shape.ts";
import { type Step, timeline } from "./order_words.ts";
import { cloneTemplate, fill, showRows, slot } from "./template.ts";

/** Shows where an order has been, and where it goes from here. */
export function showTimeline(list: HTMLElement, history: readonly Milestone[]): void {
  showRows(list, timeline(history), {
    key: ({ status }: Step) => status,
    make: () => cloneTemplate("timeline-step"),
    update: (row, { name, state, at }) => {
      row.dataset.state = state;
      row.toggleAttribute("aria-current", false);
      if (state === "current" || state === "ended") row.setAttribute("aria-current", "step");
      fill(row, { name, at: at === undefined ? "" : timeText(at) });
      if (at !== undefined) slot(row, "at").setAttribute("datetime", at);
    },
  });
}
