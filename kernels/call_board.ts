/**
 * The words that a thread and its helpers share: one call at a time, in chunks that each thread takes one by one.
 *
 * Tickets number the chunks of all calls. `next` is the ticket that is taken next, `end` the first that does not exist, so there
 * is work while they differ. A call is written while they are equal and published by moving `end`, which then stays until all its
 * chunks are done. So whoever has taken a ticket finds the call it belongs to, however long it was suspended before.
 *
 * @module
 */

/** A number is an offset, a length or another 32-bit integer; a bigint is a word. */
export type Argument = number | bigint;

/**
 * What becomes of an argument in the chunk from element f on: `a + move · f`; the number of elements in the chunk; or scratch of
 * the thread's own, up to {@linkcode SCRATCH_BYTES}.
 */
export type Move = number | "count" | "scratch";

/** Scratch of a helper thread, bytes. */
export const SCRATCH_BYTES = 1 << 17;

/** A kernel call, cut into chunks. */
export interface CutCall {
  /** Index into the table of kernels. */
  readonly kernel: number;
  readonly args: readonly Argument[];
  /** One an argument. */
  readonly moves: readonly Move[];
  readonly total: number;
  /** Elements in each chunk but the last. */
  readonly size: number;
}

/** A kernel, to be called with arguments from a board. */
export type Kernel = (...args: Argument[]) => void;

// 32-bit words, those that different threads write on cache lines of their own.
const NEXT = 0;
const END = 16;
const DONE = 32;
const STOPPED = 48;
const FAILED = 49;
const REASON_BYTES = 50;
const KERNEL = 64;
const BASE = 65;
const ARGUMENTS = 66;
/** Index of the argument that is the count; of the one that is scratch or −1; the arguments that are words, a bit each. */
const COUNT = 67;
const SCRATCH = 68;
const WIDE = 69;
// 64-bit words.
const TOTAL = 40;
const SIZE = 41;
const VALUES = 42;
const MOVES = 58;
const MOST_ARGUMENTS = 16;
/** Bytes. */
const REASON = 1024;
const BOARD_BYTES = 4096;

/** A helper sleeps no longer than this at a time: a worker that is to be terminated notices when it wakes up. */
const SLICE_MS = 1000;

/** The shared words; one object a thread. */
export class CallBoard {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #numbers: Float64Array<SharedArrayBuffer>;
  readonly #wide: BigUint64Array<SharedArrayBuffer>;
  readonly #kernels: readonly Kernel[];
  readonly #scratch: number | null;

  /** `scratch`: where a helper thread has its own; null in the thread that is helped. */
  constructor(kernels: readonly Kernel[], scratch: number | null, shared?: SharedArrayBuffer) {
    this.shared = shared ?? new SharedArrayBuffer(BOARD_BYTES);
    this.#words = new Int32Array(this.shared);
    this.#numbers = new Float64Array(this.shared);
    this.#wide = new BigUint64Array(this.shared);
    this.#kernels = kernels;
    this.#scratch = scratch;
  }

  /** Publishes a call and wakes up to `helpers` threads. All earlier calls are done. */
  publish({ kernel, args, moves, total, size }: CutCall, helpers: number): void {
    if (args.length > MOST_ARGUMENTS) throw new RangeError(`A call has at most ${MOST_ARGUMENTS} arguments`);
    const words = this.#words;
    let wide = 0;
    words[SCRATCH] = -1;
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]!;
      const move = moves[i]!;
      if (typeof arg === "bigint") {
        wide |= 1 << i;
        this.#wide[VALUES + i] = arg;
      } else this.#numbers[VALUES + i] = arg;
      this.#numbers[MOVES + i] = typeof move === "number" ? move : 0;
      if (move === "count") words[COUNT] = i;
      else if (move === "scratch") words[SCRATCH] = i;
    }
    words[KERNEL] = kernel;
    words[ARGUMENTS] = args.length;
    words[WIDE] = wide;
    this.#numbers[TOTAL] = total;
    this.#numbers[SIZE] = size;
    const base = words[BASE] = Atomics.load(words, END);
    Atomics.store(words, END, base + Math.ceil(total / size) | 0);
    Atomics.notify(words, END, helpers);
  }

  /** Runs chunks until none is left to be taken. The first error is kept for {@linkcode finish}. */
  work(): void {
    while (this.#workOnce());
  }

  /** Takes a chunk and runs it; false if there is none. */
  #workOnce(): boolean {
    const words = this.#words;
    const ticket = Atomics.load(words, NEXT);
    const end = Atomics.load(words, END);
    if (ticket === end || Atomics.load(words, STOPPED) !== 0) return false;
    if (Atomics.compareExchange(words, NEXT, ticket, ticket + 1 | 0) !== ticket) return true;
    try {
      if (Atomics.load(words, FAILED) === 0) {
        this.#kernels[words[KERNEL]!]!(...this.#argumentsOf(ticket - words[BASE]! | 0));
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
    const done = Atomics.add(words, DONE, 1) + 1 | 0;
    if (done === end) Atomics.notify(words, DONE);
    return true;
  }

  #argumentsOf(chunk: number): Argument[] {
    const words = this.#words;
    const numbers = this.#numbers;
    const from = chunk * numbers[SIZE]!;
    const args = new Array<Argument>(words[ARGUMENTS]!);
    for (let i = 0; i < args.length; i++) {
      const by = numbers[MOVES + i]! * from;
      args[i] = words[WIDE]! & (1 << i) ? this.#wide[VALUES + i]! + BigInt(by) : numbers[VALUES + i]! + by;
    }
    args[words[COUNT]!] = Math.min(numbers[SIZE]!, numbers[TOTAL]! - from);
    if (this.#scratch !== null && words[SCRATCH]! >= 0) args[words[SCRATCH]!] = this.#scratch;
    return args;
  }

  /** Records why a call failed; the first call wins. */
  #fail(reason: string): void {
    const words = this.#words;
    if (Atomics.compareExchange(words, FAILED, 0, 1) !== 0) return;
    const { written } = new TextEncoder().encodeInto(reason, new Uint8Array(this.shared, REASON));
    Atomics.store(words, REASON_BYTES, written);
  }

  /**
   * Sleeps until all chunks that others took are done.
   *
   * @throws {Error} if a chunk failed, here or in another thread, or none was done for `timeoutMs`
   */
  finish(timeoutMs: number): void {
    const words = this.#words;
    const end = Atomics.load(words, END);
    for (let done = Atomics.load(words, DONE); done !== end; done = Atomics.load(words, DONE)) {
      if (Atomics.wait(words, DONE, done, timeoutMs) !== "timed-out" || Atomics.load(words, DONE) !== done) continue;
      throw new Error(
        `A helper thread has not finished its part of a computation for ${
          timeoutMs / 1000
        } s: it was ended from outside, ` +
          `or the machine is overloaded. Run again with one thread`,
      );
    }
    if (Atomics.load(words, FAILED) === 0) return;
    const reason = new Uint8Array(this.shared, REASON).slice(0, Atomics.load(words, REASON_BYTES));
    Atomics.store(words, FAILED, 0);
    throw new Error(`A kernel failed: ${new TextDecoder().decode(reason)}`);
  }

  /** What a helper thread does until it is told to stop. */
  serve(): void {
    const words = this.#words;
    while (true) {
      const end = Atomics.load(words, END);
      this.work();
      if (Atomics.load(words, STOPPED) !== 0) return;
      if (Atomics.load(words, END) === end) Atomics.wait(words, END, end, SLICE_MS);
    }
  }

  /** Tells helper threads to stop. A blocked one wakes up: `Worker.terminate()` alone would leave it asleep. */
  stop(): void {
    Atomics.store(this.#words, STOPPED, 1);
    Atomics.add(this.#words, END, 1);
    Atomics.notify(this.#words, END);
  }
}
