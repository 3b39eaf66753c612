import { Child, type ChildOptions } from "./child.ts";
import { ipProgram } from "./ip_program.ts";

/** An interface's name has at most 15 characters. */
const ID_LENGTH = 8;

/**
 * Another machine, as far as the network goes: a network namespace at the end of a cable to this one, with private
 * addresses of its own. Linux and root only. Gone when disposed, cable and all.
 */
export class FarEnd implements AsyncDisposable {
  /** Of this machine, at the near end of the cable. */
  readonly nearAddress: string;
  readonly address: string;
  readonly #ip: string;
  readonly #name: string;
  readonly #nearLink: string;
  readonly #farLink: string;
  readonly #children: Child[] = [];

  private constructor(ip: string) {
    const id = crypto.randomUUID().replaceAll("-", "").slice(0, ID_LENGTH);
    const subnet = `10.${128 + parseInt(id.slice(0, 2), 16) % 128}.${parseInt(id.slice(2, 4), 16)}`;
    this.#ip = ip;
    this.#name = `vitrine-${id}`;
    [this.#nearLink, this.#farLink] = [`vitn${id}`, `vitf${id}`];
    [this.nearAddress, this.address] = [`${subnet}.1`, `${subnet}.2`];
  }

  static async open(): Promise<FarEnd> {
    const end = new FarEnd(await ipProgram());
    try {
      await end.#lay();
    } catch (error) {
      await end[Symbol.asyncDispose]();
      throw error;
    }
    return end;
  }

  /** Starts a process there. */
  start(command: string, options: ChildOptions = {}): Child {
    const { args = [], ...others } = options;
    const child = new Child(this.#ip, { ...others, args: ["netns", "exec", this.#name, command, ...args] });
    this.#children.push(child);
    return child;
  }

  /** Pulls the cable out at the far end: packets vanish, and nobody is told. */
  async cut(): Promise<void> {
    await this.#run("-n", this.#name, "link", "set", this.#farLink, "down");
  }

  async heal(): Promise<void> {
    await this.#run("-n", this.#name, "link", "set", this.#farLink, "up");
    // Goes when the link goes down.
    await this.#run("-n", this.#name, "route", "replace", "default", "via", this.nearAddress);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) await child.kill();
    // Either is not there when it could not be made.
    await this.#run("link", "delete", this.#nearLink).catch(() => {});
    await this.#run("netns", "delete", this.#name).catch(() => {});
  }

  async #lay(): Promise<void> {
    await this.#run("netns", "add", this.#name);
    await this.#run("link", "add", this.#nearLink, "type", "veth", "peer", this.#farLink, "netns", this.#name);
    await this.#run("address", "add", `${this.nearAddress}/30`, "dev", this.#nearLink);
    await this.#run("link", "set", this.#nearLink, "up");
    await this.#run("-n", this.#name, "address", "add", `${this.address}/30`, "dev", this.#farLink);
    await this.heal();
  }

  async #run(...args: readonly string[]): Promise<void> {
    const { success, stderr } = await new Deno.Command(this.#ip, { args: [...args], stdout: "null" }).output();
    if (success) return;
    throw new Error(`Cannot make a network: ip ${args.join(" ")}: ${new TextDecoder().decode(stderr).trim()}`);
  }
}
