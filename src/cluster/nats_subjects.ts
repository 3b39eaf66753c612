import { NODES_HEARD, NODES_SUBJECT } from "./jetstream_topology.ts";

const TOKEN = /^[A-Za-z0-9_-]+$/;

/** The subjects that nodes of one database use among themselves. Nothing else may publish there. */
export class NatsSubjects {
  readonly #root: string;
  readonly #signs: string;
  readonly #heard: string;

  /** `incarnation` is the database's. */
  constructor(incarnation: string) {
    this.#root = `vitrine.internal.${token(incarnation)}`;
    this.#signs = `${NODES_SUBJECT}.${incarnation}`;
    this.#heard = `${NODES_HEARD}.${incarnation}`;
  }

  partition(partition: number): string {
    return `${this.#root}.partition.${partition}`;
  }

  /** What is sent to this node alone. */
  node(node: string): string {
    return `${this.#root}.node.${token(node)}`;
  }

  /** What this node announces; of `*`: what any node announces. */
  announcements(from: string): string {
    return `${this.#root}.all.${from === "*" ? from : token(from)}`;
  }

  /** The sign of life of a node; of `*`: of any. */
  sign(node: string): string {
    return `${this.#signs}.${node === "*" ? node : token(node)}`;
  }

  /** Where signs of life are heard once they are in their bucket. */
  signsHeard(): string {
    return `${this.#heard}.*`;
  }
}

/** Signs of life of the nodes of every database. */
export function anySign(): string {
  return `${NODES_SUBJECT}.>`;
}

/** The node that a subject ends with; undefined when it is no node's name. */
export function nodeOf(subject: string): string | undefined {
  const last = subject.slice(subject.lastIndexOf(".") + 1);
  return TOKEN.test(last) ? last : undefined;
}

/** A word that can stand between the dots of a subject. */
function token(word: string): string {
  if (!TOKEN.test(word)) {
    throw new TypeError(`Cannot name a subject after "${word}": only A-Z, a-z, 0-9, _ and - may stand in it`);
  }
  return word;
}
