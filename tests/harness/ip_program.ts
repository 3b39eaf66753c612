import { canInstall, installPackages } from "./debian_packages.ts";
import { findProgram } from "./on_path.ts";

const PLACES = ["/usr/sbin", "/sbin"];

/** The path of `ip`; installs Debian's iproute2 where there is none and root asks. */
export async function ipProgram(): Promise<string> {
  const found = await findProgram(["ip"], PLACES);
  if (found !== undefined) return found;
  if (await canInstall()) await installPackages("iproute2");
  const installed = await findProgram(["ip"], PLACES);
  if (installed !== undefined) return installed;
  throw new Error('Cannot make a network: no "ip" on PATH; install it (Debian: apt-get install iproute2)');
}
