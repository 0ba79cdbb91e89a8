/**
 * Helper threads for long kernel calls: they work on the same linear memory, each on chunks of the same call.
 *
 * A call is cut into chunks that write to disjoint places. Every thread, the calling one among them, takes the next chunk that
 * nobody has, until none is left; then the caller sleeps until the last is done. So the result does not depend on who did what,
 * and a thread that starts late or is suspended costs nothing but its help.
 *
 * @module
 */
import { clear } from "./build/layout.wasm";
import { type Argument, CallBoard, type Move, SCRATCH_BYTES } from "./call_board.ts";
import { memory, reserve } from "./linear_memory.ts";
import { noteFunction, recording } from "./recorder.ts";
import { KERNELS } from "./build/table.ts";

/** What a helper thread is told: to be handed over by structured clone. */
export interface HelperInit {
  readonly memory: WebAssembly.Memory;
  readonly board: SharedArrayBuffer;
  /** The thread's own {@linkcode SCRATCH_BYTES}. */
  readonly scratch: number;
}

/** The module of helper threads: to be started as a worker and sent a {@linkcode HelperInit}. */
export const HELPER: URL = new URL("./helper_thread.ts", import.meta.url);

/** A kernel call that may be cut. */
export interface KernelCall {
  /** Its number in `build/table.ts`. */
  readonly kernel: number;
  readonly args: readonly Argument[];
  /** How each argument changes from chunk to chunk. */
  readonly moves: readonly Move[];
  /** Elements in all. */
  readonly total: number;
  /** Chunks begin at multiples of this; default 2, so that pointers stay multiples of 16 bytes. */
  readonly unit?: number;
  /** Elements in a chunk, at least; what takes some 20 µs. */
  readonly least: number;
  /** Elements in a chunk, at most. */
  readonly most?: number;
}

/** Chunks a thread: with more than one, a thread that is slowed down gets less of the work. */
const CHUNKS_A_THREAD = 4;

/** Milliseconds after which a chunk that is not done is an error. */
const TIMEOUT_MS = 120_000;

/** Most threads that can be asked for. */
export const MOST_THREADS = 256;

interface Pool {
  readonly threads: number;
  readonly board: CallBoard;
}

let pool: Pool | undefined;

/** Scratch of the helper threads, reserved once and used by one pool after the other. */
const scratch: number[] = [];

/** Whether this thread has helpers: kernels look at this before anything else. */
export let helped = false;

/** @throws {RangeError} if the number of threads is none from 1 to 256 */
export function checkThreads(threads: number): void {
  if (Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS) return;
  throw new RangeError(`The number of threads is a whole number from 1 to ${MOST_THREADS}, not ${threads}`);
}

/**
 * Lets `threads` threads in all compute this thread's kernels, until the function returned is called.
 *
 * `start` starts a worker of {@linkcode HELPER} and posts the init to it; it is called once a helper. Calls need not wait for it.
 *
 * @throws {RangeError} if the number of threads is none from 1 to 256
 * @throws {TypeError} if this thread has helpers already
 */
export function useThreads(threads: number, start: (init: HelperInit) => void): () => void {
  checkThreads(threads);
  if (threads === 1) return () => {};
  if (pool !== undefined) throw new TypeError("This thread has helper threads already");
  const mine = pool = { threads, board: new CallBoard(KERNELS, null) };
  for (let i = 0; i < threads - 1; i++) {
    scratch[i] ??= reserve(SCRATCH_BYTES);
    start({ memory, board: mine.board.shared, scratch: scratch[i]! });
  }
  helped = true;
  return () => {
    if (pool === mine) retire(mine);
  };
}

function retire({ board, threads }: Pool): void {
  board.stop();
  // Panels of matrices stay behind: they are secret.
  for (const at of scratch.slice(0, threads - 1)) clear(at, SCRATCH_BYTES);
  pool = undefined;
  helped = false;
}

/** Stops a helper whose thread cannot do it any more. */
export function stopHelper({ board }: HelperInit): void {
  new CallBoard([], null, board).stop();
}

/**
 * Runs a call in all threads.
 *
 * @throws {Error} if the kernel trapped, in whichever thread
 */
export function spread(call: KernelCall): void {
  if (recording) return noteFunction(() => spread(call));
  const { kernel, args, moves, total, unit = 2, least, most = Infinity } = call;
  const { threads, board } = pool!;
  const size = unit * Math.ceil(Math.max(least, Math.min(most, total / (CHUNKS_A_THREAD * threads))) / unit);
  board.publish({ kernel, args, moves, total, size }, threads - 1);
  board.work();
  try {
    board.finish(TIMEOUT_MS);
  } catch (error) {
    retire(pool!);
    throw error;
  }
}
