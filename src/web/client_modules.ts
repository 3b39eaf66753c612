import { stripTypeScriptTypes } from "node:module";
import { digestOf, type ServedText, servedText } from "./served_text.ts";

const ROOT = new URL("../../", import.meta.url);
const ENTRY = "src/client/start.ts";
const IMPORT = /(?:import|export)[^"';]*?from\s*"(\.[^"]+)"/g;

/** The browser's modules: what the entry imports, with nothing left in it that only TypeScript understands. */
export interface ModuleGraph {
  /** Changes with any of the modules, and is part of their URLs: browsers may keep a module for ever. */
  readonly build: string;
  readonly entry: string;
  /** Everything else, for `modulepreload`: no module waits for another to be read first. */
  readonly preloads: readonly string[];
  /** By file, from the root of the project. */
  readonly modules: ReadonlyMap<string, ServedText>;
}

/** Reads the modules once. They keep their places beside each other: `/client/{build}/src/client/start.ts`. */
export async function readModules(): Promise<ModuleGraph> {
  const modules = new Map<string, ServedText>();
  const waiting = [ENTRY];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (modules.has(file)) continue;
    const source = stripTypeScriptTypes(await Deno.readTextFile(new URL(file, ROOT)), { mode: "strip" });
    modules.set(file, await servedText(source, "text/javascript; charset=utf-8"));
    for (const [, specifier = ""] of source.matchAll(IMPORT)) waiting.push(resolved(specifier, file));
  }
  const files = [...modules.keys()].sort();
  const build = (await digestOf(files.map((file) => `${file} ${modules.get(file)?.etag}`).join("\n"))).slice(0, 10);
  const urlOf = (file: string): string => `/client/${build}/${file}`;
  return {
    build,
    entry: urlOf(ENTRY),
    preloads: files.filter((file) => file !== ENTRY).map(urlOf),
    modules,
  };
}

function resolved(specifier: string, from: string): string {
  return new URL(specifier, new URL(from, ROOT)).href.slice(ROOT.href.length);
}
