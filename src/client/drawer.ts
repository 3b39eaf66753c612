import { parts } from "./template.ts";

/** Opens the cart beside the page. Where a page shows the cart itself, its links stay links. */
export function mountDrawer(): void {
  const drawer = document.querySelector("[data-drawer]");
  if (!(drawer instanceof HTMLDialogElement)) return;

  for (const opener of parts(document, "[data-open-cart]")) {
    opener.addEventListener("click", (click) => {
      if (click.ctrlKey || click.metaKey || click.shiftKey) return;
      click.preventDefault();
      drawer.showModal();
    });
  }
  for (const closer of parts(drawer, "[data-close]")) {
    closer.addEventListener("click", (click) => {
      const leadsHere = closer instanceof HTMLAnchorElement && closer.pathname === location.pathname;
      if (leadsHere) click.preventDefault();
      drawer.close();
    });
  }
  // Browsers that do not know `closedby` yet: a click beside the drawer is a click on the dialog itself.
  drawer.addEventListener("click", ({ target }) => {
    if (target === drawer) drawer.close();
  });
}
