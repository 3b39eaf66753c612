/** A fresh copy of what stands in `<template id>`: one element. The server says how things look, also those to come. */
export function cloneTemplate(id: string): HTMLElement {
  const template = document.getElementById(id);
  const element = template instanceof HTMLTemplateElement ? template.content.firstElementChild?.cloneNode(true) : null;
  if (!(element instanceof HTMLElement)) throw new Error(`Cannot clone "${id}": the page has no such template`);
  return element;
}

/** The place for one thing, such as a name or a price. */
export function slot(root: ParentNode, name: string): HTMLElement {
  return part(root, `[data-slot="${name}"]`);
}

export function part(root: ParentNode, selector: string): HTMLElement {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`Cannot find "${selector}" in the page`);
  return found;
}

export function parts(root: ParentNode, selector: string): readonly HTMLElement[] {
  return [...root.querySelectorAll(selector)].filter((element) => element instanceof HTMLElement);
}

export function fill(root: ParentNode, texts: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(texts)) write(slot(root, name), text);
}

/** Writes only what differs, so that nothing is read out twice. */
export function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export interface Rows<Item> {
  readonly key: (item: Item) => string;
  readonly make: (item: Item) => HTMLElement;
  readonly update: (row: HTMLElement, item: Item) => void;
}

/** Makes a list show these items; rows that stay are the same elements, so they keep focus and scroll. */
export function showRows<Item>(list: HTMLElement, items: readonly Item[], rows: Rows<Item>): void {
  const present = new Map(parts(list, ":scope > [data-key]").map((row) => [row.dataset.key, row]));
  for (const [index, item] of items.entries()) {
    const key = rows.key(item);
    const row = present.get(key) ?? rows.make(item);
    present.delete(key);
    row.dataset.key = key;
    rows.update(row, item);
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
  }
  for (const row of present.values()) row.remove();
}

/** A product's picture. */
export function picturePath(sku: string): string {
  return `/images/products/${encodeURIComponent(sku)}.svg`;
}

export function productPath(sku: string): string {
  return `/products/${encodeURIComponent(sku)}`;
}
