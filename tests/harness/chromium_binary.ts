import { canInstall, installPackages } from "./debian_packages.ts";
import { findProgram } from "./on_path.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The path of Chromium; installs Debian's package where there is none and root asks. */
export async function chromiumBinary(): Promise<string> {
  const found = await findProgram(NAMES);
  if (found !== undefined) return found;
  if (await canInstall()) await installPackages("chromium");
  const installed = await findProgram(NAMES);
  if (installed !== undefined) return installed;
  throw new Error('Cannot open a browser: no "chromium" on PATH; install it (Debian: apt-get install chromium)');
}
