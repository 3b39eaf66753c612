/** Why this node cannot commit or route right now, if so. */
export class Health {
  readonly #troubles = new Map<string, string>();

  get ready(): boolean {
    return this.#troubles.size === 0;
  }

  /** One readable line a trouble, each said once. */
  get reasons(): readonly string[] {
    return [...new Set(this.#troubles.values())];
  }

  ail(part: string, reason: string): void {
    this.#troubles.set(part, reason);
  }

  recover(part: string): void {
    this.#troubles.delete(part);
  }
}
