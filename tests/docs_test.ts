import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { commandTable } from "../src/edge/commands/command_table.ts";

const ROOT = new URL("..", import.meta.url);

describe("the docs", () => {
  const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...pagesIn("docs"), ...pagesIn("docs/adr")];

  it("link to what is there", () => {
    expect(pages.flatMap(brokenLinks)).toEqual([]);
  });

  it("name every command that a socket takes", () => {
    const page = textOf("docs/protocol.md");
    expect([...commandTable.keys()].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it("name only tasks that exist", () => {
    const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
    const named = pages.flatMap((page) =>
      [...textOf(page).matchAll(/deno(?:@[\d.]+)? task (\w+)/g)].map((match) => match[1] ?? "")
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((task) => !(task in tasks))).toEqual([]);
  });
});

function pagesIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(`${folder}/`, ROOT))].filter(({ name }) => name.endsWith(".md"))
    .map(({ name }) => `${folder}/${name}`);
}

function textOf(page: string): string {
  return Deno.readTextFileSync(new URL(page, ROOT));
}

function brokenLinks(page: string): string[] {
  const targets = [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map((match) => match[1] ?? "");
  return targets.filter((target) => !exists(new URL(target, new URL(page, ROOT)))).map((target) =>
    `${page}: ${target}`
  );
}

function exists(url: URL): boolean {
  try {
    Deno.statSync(url);
    return true;
  } catch {
    return false;
  }
}
