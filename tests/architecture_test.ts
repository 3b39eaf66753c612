import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";

const ROOT = new URL("..", import.meta.url);
const RINGS = ["machines", "actors", "src"] as const;
type Ring = typeof RINGS[number];

/** What each ring may import besides itself. */
const ALLOWED: Record<Ring, { readonly rings: readonly Ring[]; readonly packages: RegExp }> = {
  machines: { rings: [], packages: /^(zod|xstate)$/ },
  actors: { rings: ["machines"], packages: /^(zod|xstate|node:crypto)$/ },
  src: { rings: ["actors", "machines"], packages: /^/ },
};
const FORBIDDEN_NAMES = /^(utils|helpers|common|types|index)\.tsx?$/;
const LONGEST = 250;
const PROGRAMS = [
  "src/main.ts",
  "src/import_main.ts",
  "src/migrate_main.ts",
  "src/client/start.ts",
  "src/store/embedded_worker.ts",
];
/** Nodes in one process: simulations alone are made of them. */
const SIMULATED = ["actors/cluster/hub.ts"];

interface SourceFile {
  readonly path: string;
  readonly ring: Ring;
  readonly text: string;
}

describe("the architecture", () => {
  const files = RINGS.flatMap((ring) => filesIn(ring, ring));

  it("has files in every ring", () => {
    for (const ring of RINGS) expect(files.filter((file) => file.ring === ring).length).toBeGreaterThan(10);
  });

  it("imports one way: src → actors → machines", () => {
    expect(files.flatMap(breaches)).toEqual([]);
  });

  it("has no file that no program runs", () => {
    const texts = new Map(files.map(({ path, text }) => [path, text]));
    const run = new Set<string>();
    const visit = (path: string): void => {
      const text = texts.get(path);
      if (text === undefined || run.has(path)) return;
      run.add(path);
      for (const specifier of importsIn(text)) visit(targetOf(path, specifier));
    };
    for (const program of [...PROGRAMS, ...SIMULATED]) visit(program);
    expect([...texts.keys()].filter((path) => !run.has(path))).toEqual([]);
  });

  it("has no file that could hold anything", () => {
    expect(files.filter(({ path }) => FORBIDDEN_NAMES.test(path.slice(path.lastIndexOf("/") + 1)))).toEqual([]);
  });

  it("has no file too long to be one idea", () => {
    expect(files.filter(({ text }) => text.split("\n").length > LONGEST + 1).map(({ path }) => path)).toEqual([]);
  });

  it("decides without a clock, randomness, waiting or a log", () => {
    const impure = /\b(Date\.now|new Date\(\)|performance\.|Math\.random|crypto\.random|setTimeout|await |console\.)/;
    const rules = files.filter(({ ring, path }) => ring === "machines" && !path.endsWith("_test.ts"));
    expect(rules.filter(({ text }) => impure.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it("has no default exports and no any", () => {
    const loose = /export default|: any\b|\bas any\b|<any>/;
    expect(files.filter(({ text }) => loose.test(withoutComments(text))).map(({ path }) => path)).toEqual([]);
  });

  it("silences no type check, and no lint without saying why", () => {
    const silenced = /@ts-(?:ignore|expect-error|nocheck)|deno-lint-ignore(?!.* -- )/;
    expect(files.filter(({ text }) => silenced.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

function filesIn(folder: string, ring: Ring): SourceFile[] {
  return [...Deno.readDirSync(new URL(`${folder}/`, ROOT))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return filesIn(path, ring);
    if (!/\.tsx?$/.test(entry.name)) return [];
    return [{ path, ring, text: Deno.readTextFileSync(new URL(path, ROOT)) }];
  });
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(?:\/\*\*|\*|\/\/).*$/gm, "");
}

function breaches({ path, ring, text }: SourceFile): string[] {
  return importsIn(text).filter((specifier) => !mayImport(path, { ring, specifier })).map((specifier) =>
    `${path} imports ${specifier}`
  );
}

function importsIn(text: string): readonly string[] {
  return [...text.matchAll(/^(?:import|export)\s(?:[^;"]*?\sfrom\s+)?"([^"]+)"|import\("([^"]+)"\)/gm)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
}

function targetOf(path: string, specifier: string): string {
  return new URL(specifier, new URL(path, "file:///")).pathname.slice(1);
}

function mayImport(path: string, { ring, specifier }: { readonly ring: Ring; readonly specifier: string }): boolean {
  if (!specifier.startsWith(".")) return ALLOWED[ring].packages.test(specifier);
  const target = targetOf(path, specifier);
  return [ring, ...ALLOWED[ring].rings].some((allowed) => target.startsWith(`${allowed}/`)) ||
    (ring === "src" && !target.startsWith("tests/"));
}
