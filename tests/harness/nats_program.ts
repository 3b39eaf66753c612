import { canInstall, installPackages } from "./debian_packages.ts";
import { findProgram } from "./on_path.ts";

const PROGRAM = "nats-server";
/** Debian's, where root's PATH lacks it. */
const PLACES = ["/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];
const IMAGE = "docker.io/library/nats:2.9.10";

/** The path of `nats-server`: what is on PATH, else out of its container image, else Debian's package where root asks. */
export async function natsProgram(): Promise<string> {
  const found = await findProgram([PROGRAM], PLACES);
  if (found !== undefined) return found;
  const extracted = await outOfImage();
  if (extracted !== undefined) return extracted;
  if (await canInstall()) await installPackages(PROGRAM);
  const installed = await findProgram([PROGRAM], PLACES);
  if (installed !== undefined) return installed;
  throw new Error(
    `Cannot start NATS: no "${PROGRAM}" on PATH and no container engine to take it from; install it (Debian: apt-get install ${PROGRAM})`,
  );
}

/**
 * The image holds one static program, which runs as well outside of a container: then it has a pid that tests can freeze
 * and kill.
 */
async function outOfImage(): Promise<string | undefined> {
  const directory = `${
    Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`
  }/vitrine-nats-2.9.10`;
  const program = `${directory}/${PROGRAM}`;
  if (await Deno.stat(program).then(() => true, () => false)) return program;
  for (const engine of ["docker", "podman"]) {
    const container = await output(engine, ["create", IMAGE]);
    if (container === undefined) continue;
    await Deno.mkdir(directory, { recursive: true });
    const copied = await output(engine, ["cp", `${container}:/${PROGRAM}`, program]);
    await output(engine, ["rm", container]);
    if (copied !== undefined) return program;
  }
  return undefined;
}

/** What the command printed; undefined when there is no such command or it failed. */
async function output(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(command, { args: [...args], stdout: "piped", stderr: "null" })
      .output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
