import type { Mark, Progress, StoredProgress } from "../../src/relay/ports.ts";
import { PARTITIONS, type TestJournal } from "./test_journal.ts";

type Row = Omit<StoredProgress, "end">;

/** The table `published` in memory, shared by whatever relays a test starts. */
export class TestProgress implements Progress {
  readonly #journal: TestJournal;
  readonly #rows: Row[];
  /** Calls that fail from now on. */
  failures = 0;
  /** Marks whose answer is lost from now on. */
  lostAnswers = 0;
  marks = 0;
  /** Told before a position moves forward. */
  onMark: (mark: Mark) => void = () => {};

  constructor(journal: TestJournal) {
    this.#journal = journal;
    this.#rows = Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, position: 0, replays: 0 }));
  }

  row(partition: number): Row {
    const row = this.#rows[partition];
    if (row === undefined) throw new Error(`Cannot find partition ${partition}`);
    return row;
  }

  load(partitions: readonly number[]): Promise<readonly StoredProgress[]> {
    return this.#answer(() =>
      partitions.map((partition) => ({ ...this.row(partition), end: this.#journal.rows(partition).length }))
    );
  }

  async mark(marks: readonly Mark[]): Promise<readonly number[]> {
    const moved = await this.#answer(() => marks.filter((mark) => this.#move(mark)).map(({ partition }) => partition));
    if (this.lostAnswers > 0) {
      this.lostAnswers--;
      throw new Error("the answer was lost");
    }
    return moved;
  }

  sendBack(
    partitions: readonly Pick<StoredProgress, "partition" | "replays">[],
    { since, createdAt }: { readonly since: number; readonly createdAt: string },
  ): Promise<void> {
    return this.#answer(() => {
      for (const { partition, replays } of partitions) {
        const row = this.row(partition);
        if (row.replays !== replays) continue;
        const position = Math.min(row.position, this.#journal.positionBefore(partition, since));
        this.#rows[partition] = { partition, position, replays: replays + 1, seen: { createdAt } };
      }
    });
  }

  #move(mark: Mark): boolean {
    const { partition, replays, position, seen } = mark;
    const row = this.row(partition);
    if (row.replays !== replays || row.position >= position) return false;
    this.onMark(mark);
    this.marks++;
    this.#rows[partition] = { partition, position, replays, seen: { ...row.seen, ...seen } };
    return true;
  }

  #answer<Result>(work: () => Result): Promise<Result> {
    if (this.failures > 0) {
      this.failures--;
      return Promise.reject(new Error("the database is away"));
    }
    return Promise.resolve(work());
  }
}
