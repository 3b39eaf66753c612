/** A command as `Child` takes it. */
export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
}

/** Servers that refuse to run as root run as one of these, the first that exists. */
const candidates = ["postgres", "nobody"] as const;

export interface UnprivilegedUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The user to run servers as, or undefined when this process is not root and so can run them itself. */
export async function unprivilegedUser(): Promise<UnprivilegedUser | undefined> {
  if (Deno.uid() !== 0) return undefined;
  const users = (await Deno.readTextFile("/etc/passwd")).split("\n").map((line) => line.split(":"));
  for (const candidate of candidates) {
    const [name, , uid, gid] = users.find(([user]) => user === candidate) ?? [];
    if (name !== undefined) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`Cannot run a server as root: none of the users ${candidates.join(", ")} exists`);
}

/** The same command as that user. It replaces `setpriv` in place, so that the child's pid is the command's own. */
export function asUser(user: UnprivilegedUser | undefined, command: string, args: readonly string[]): CommandLine {
  if (user === undefined) return { command, args };
  const ids = [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];
  return { command: "setpriv", args: [...ids, "--", command, ...args] };
}
