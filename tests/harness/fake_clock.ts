import { canInstall, installPackages } from "./debian_packages.ts";

const ROOT = "/usr/lib";
const LIBRARY = "faketime/libfaketimeMT.so.1";

/** A wall clock of a process that tests can set wrong, also while it runs. Monotonic clocks stay right. */
export class FakeClock implements AsyncDisposable {
  /** Of the process that is to live by this clock. */
  readonly env: Readonly<Record<string, string>>;
  readonly #file: string;

  private constructor(library: string, file: string) {
    this.#file = file;
    this.env = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    };
  }

  /** Installs Debian's package of libfaketime where there is none and root asks. */
  static async create(): Promise<FakeClock> {
    const clock = new FakeClock(await library(), await Deno.makeTempFile({ prefix: "vitrine-clock-" }));
    await clock.set(0);
    return clock;
  }

  /** It is so much ahead of the machine's clock, or behind where negative; a process notices within a second. */
  async set(aheadMs: number): Promise<void> {
    const seconds = aheadMs / 1000;
    // In one step: who reads half an offset has another one.
    const next = `${this.#file}.next`;
    await Deno.writeTextFile(next, `${seconds < 0 ? "" : "+"}${seconds}\n`);
    await Deno.rename(next, this.#file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#file);
  }
}

async function library(): Promise<string> {
  const found = await find();
  if (found !== undefined) return found;
  if (await canInstall()) await installPackages("faketime");
  const installed = await find();
  if (installed !== undefined) return installed;
  throw new Error(
    `Cannot set a clock wrong: no "${LIBRARY}" under ${ROOT}; install it (Debian: apt-get install faketime)`,
  );
}

async function find(): Promise<string | undefined> {
  const places = await Array.fromAsync(Deno.readDir(ROOT), ({ name }) => `${ROOT}/${name}/${LIBRARY}`);
  for (const path of [`${ROOT}/${LIBRARY}`, ...places]) {
    if (await Deno.stat(path).then(() => true, () => false)) return path;
  }
  return undefined;
}
