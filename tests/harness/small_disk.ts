const BLOCK = new Uint8Array(1 << 16);

/** A disk of its own that can be filled to the last byte. Gone, with all that is on it, when disposed. */
export class SmallDisk implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Undefined where this process may not mount one. */
  static async mount(megabytes: number): Promise<SmallDisk | undefined> {
    const path = await Deno.makeTempDir({ prefix: "vitrine-disk-" });
    const args = ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0777`, "tmpfs", path];
    if (Deno.uid() === 0 && await succeeds("mount", args)) return new SmallDisk(path);
    await Deno.remove(path);
    return undefined;
  }

  /** Writes until there is no room left. */
  async fill(): Promise<void> {
    using ballast = await Deno.open(`${this.path}/ballast`, { write: true, create: true, append: true });
    for (let size = BLOCK.length; size > 0;) {
      const written = await ballast.write(BLOCK.subarray(0, size)).catch(() => 0);
      // The last bytes go in one by one; others may let go of room meanwhile.
      size = written === 0 ? Math.floor(size / 2) : Math.min(BLOCK.length, 2 * size);
    }
  }

  /** Takes away what `fill` has written. */
  async free(): Promise<void> {
    await Deno.remove(`${this.path}/ballast`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await succeeds("umount", ["-l", this.path]);
    await Deno.remove(this.path);
  }
}

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  const { success } = await new Deno.Command(command, { args: [...args], stdout: "null", stderr: "null" }).output();
  return success;
}
