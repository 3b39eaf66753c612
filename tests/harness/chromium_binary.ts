import { canInstall, installPackages } from "./debian_packages.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The path of Chromium; installs Debian's package where there is none and root asks. */
export async function chromiumBinary(): Promise<string> {
  const found = await find();
  if (found !== undefined) return found;
  if (await canInstall()) await installPackages("chromium");
  const installed = await find();
  if (installed !== undefined) return installed;
  throw new Error('Cannot open a browser: no "chromium" on PATH; install it (Debian: apt-get install chromium)');
}

async function find(): Promise<string | undefined> {
  const directories = (Deno.env.get("PATH") ?? "").split(":").filter((path) => path !== "");
  for (const path of directories.flatMap((directory) => NAMES.map((name) => `${directory}/${name}`))) {
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
  return undefined;
}
