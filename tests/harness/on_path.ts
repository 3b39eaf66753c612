/** The directories of PATH, in its order. */
export function pathDirectories(): readonly string[] {
  return (Deno.env.get("PATH") ?? "").split(":").filter((path) => path !== "");
}

/** The first file of one of these names on PATH, or else in these further directories. */
export async function findProgram(
  names: readonly string[],
  places: readonly string[] = [],
): Promise<string | undefined> {
  const directories = [...pathDirectories(), ...places];
  for (const path of directories.flatMap((directory) => names.map((name) => `${directory}/${name}`))) {
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
  return undefined;
}
