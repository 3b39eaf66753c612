const APT = "/usr/bin/apt-get";

/** Whether this process may install Debian's packages. */
export async function canInstall(): Promise<boolean> {
  return Deno.uid() === 0 && await Deno.stat(APT).then(() => true, () => false);
}

export async function installPackages(...packages: readonly string[]): Promise<void> {
  await apt(["update"]);
  await apt(["install", "-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", ...packages]);
}

async function apt(args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(APT, {
    args: ["-q", ...args],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot install packages: ${new TextDecoder().decode(stderr).trim()}`);
}
