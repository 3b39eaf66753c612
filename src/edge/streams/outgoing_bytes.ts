/** Most bytes handed over in one piece: what is handed over is out of our hands. */
const PIECE_BYTES = 65_536;

/**
 * What waits for one reader of a response. The stream behind it asks for the next piece only when it has room, so what
 * waits here is what the reader has not taken; `write` never waits, and says when too much does.
 *
 * Used as the source of a `ReadableStream` with no buffer of its own.
 */
export class OutgoingBytes implements UnderlyingDefaultSource<Uint8Array> {
  readonly #budgetBytes: number;
  readonly #gone: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #wanted = false;
  #over = false;
  #pieces = 0;

  /** `gone` is called when the reader leaves, at most once. */
  constructor({ budgetBytes, gone }: { readonly budgetBytes: number; readonly gone: () => void }) {
    this.#budgetBytes = budgetBytes;
    this.#gone = gone;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Pieces handed over so far: while something waits and this stands still, the reader does. */
  get pieces(): number {
    return this.#pieces;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
  }

  pull(): void {
    this.#wanted = true;
    if (this.#waiting.length > 0) this.#handOver(this.#nextPiece());
  }

  cancel(): void {
    this.#over = true;
    this.#forget();
    this.#gone();
  }

  /** False: past the budget, and not taken. Something that alone is larger passes while nothing else waits. */
  write(bytes: Uint8Array): boolean {
    if (this.#over) return true;
    if (this.#wanted) {
      this.#handOver(bytes);
      return true;
    }
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes.length > this.#budgetBytes) return false;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    return true;
  }

  /** Ends after what waits. */
  finish(): void {
    if (this.#over) return;
    this.#handOverAll();
    this.#end();
  }

  /**
   * Forgets what waits, and ends after `last`. A reader that has not had its turn yet gets what waits all the same: it
   * would come back with the cursor it had, only to be abandoned again.
   */
  abandon(last: Uint8Array): void {
    if (this.#over) return;
    if (this.#pieces === 0) this.#handOverAll();
    this.#forget();
    this.#controller?.enqueue(last);
    this.#end();
  }

  /** Forgets what waits, and says nothing more: whoever has the stream closes the connection. */
  fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#forget();
    this.#controller?.error(error);
  }

  #handOverAll(): void {
    while (this.#waiting.length > 0) this.#controller?.enqueue(this.#nextPiece());
  }

  #handOver(bytes: Uint8Array): void {
    this.#wanted = false;
    this.#pieces++;
    this.#controller?.enqueue(bytes);
  }

  #end(): void {
    this.#over = true;
    this.#controller?.close();
  }

  #forget(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #nextPiece(): Uint8Array {
    const pieces = this.#waiting;
    let length = pieces[0]?.length ?? 0;
    let count = 1;
    for (; count < pieces.length; count++) {
      const next = pieces[count]?.length ?? 0;
      if (length + next > PIECE_BYTES) break;
      length += next;
    }
    this.#waitingBytes -= length;
    return joined(pieces.splice(0, count), length);
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;

  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
