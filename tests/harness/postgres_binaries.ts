import { canInstall, installPackages } from "./debian_packages.ts";
import { pathDirectories } from "./on_path.ts";

const debianRoot = "/usr/lib/postgresql";

/** The directory that holds `postgres` and `initdb`; installs Debian's packages where there are none and root asks. */
export async function postgresBinaries(): Promise<string> {
  const found = await find();
  if (found !== undefined) return found;
  if (await canInstall()) await install();
  const installed = await find();
  if (installed !== undefined) return installed;
  throw new Error(
    `Cannot start PostgreSQL: no "postgres" on PATH or under ${debianRoot}; install it (Debian: apt-get install postgresql)`,
  );
}

async function find(): Promise<string | undefined> {
  for (const directory of [...pathDirectories(), ...await debianDirectories()]) {
    if (await exists(`${directory}/postgres`) && await exists(`${directory}/initdb`)) return directory;
  }
  return undefined;
}

async function debianDirectories(): Promise<readonly string[]> {
  if (!await exists(debianRoot)) return [];
  const versions = await Array.fromAsync(Deno.readDir(debianRoot), ({ name }) => name);
  return versions.sort((one, other) => Number(other) - Number(one)).map((version) => `${debianRoot}/${version}/bin`);
}

async function install(): Promise<void> {
  // Without this, Debian's package also starts a server of its own.
  const noCluster = "/etc/postgresql-common/createcluster.conf";
  if (!await exists(noCluster)) {
    await Deno.mkdir("/etc/postgresql-common", { recursive: true });
    await Deno.writeTextFile(noCluster, "create_main_cluster = false\n");
  }
  await installPackages("postgresql");
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
