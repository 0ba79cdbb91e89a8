/**
 * Writing kernel calls down, to run many of them by one call into WebAssembly.
 *
 * Between two rounds a protocol makes some dozen kernel calls with the same offsets and lengths in each pass of a loop. While
 * {@linkcode record} runs a function, the kernels of this package compute nothing: each call is appended to a list in linear memory,
 * and `src/replay.as.ts` runs the list. What the function does besides calling kernels happens once, when it is recorded, so it may
 * not depend on what lies in linear memory; the views of a {@linkcode PartyMemory} throw meanwhile.
 *
 * @module
 */
import { replay, table } from "./build/replay.wasm";
import type { Argument, Kernel } from "./job_board.ts";
import { views } from "./linear_memory.ts";
import { indexOf, KERNELS } from "./table.ts";

/** Whether kernel calls are written down now. */
export let recording = false;

/** Bytes of a call, see `src/replay.as.ts`. */
const CALL_BYTES = 48;
/** Arguments of 32 bits that a call has room for. */
const MOST_ARGUMENTS = 9;
/** The forms with an argument of 64 bits, by the place of that argument and the number of all. */
const WIDE_FORMS: Readonly<Record<string, number>> = { "1 of 3": 10, "1 of 4": 11, "3 of 5": 12 };

/** What is being recorded: kernel calls in a row as their 32-bit words, and functions. */
let parts: (number[] | (() => void))[] = [];

/** A recorded kernel call in place of the call itself. */
export function note(kernel: unknown, ...args: readonly Argument[]): void {
  const wide = args.findIndex((a) => typeof a === "bigint");
  const form = wide < 0 ? args.length : WIDE_FORMS[`${wide} of ${args.length}`];
  if (form === undefined || args.length > MOST_ARGUMENTS) {
    throw new TypeError("internal: a call of this form cannot be recorded");
  }
  const words = [indexOf(kernel), form];
  for (const a of args) {
    if (typeof a === "bigint") words.push(Number(a & 0xffffffffn), Number((a >> 32n) & 0xffffffffn));
    else words.push(a);
  }
  while (words.length < CALL_BYTES / 4) words.push(0);
  const last = parts.at(-1);
  if (Array.isArray(last)) last.push(...words);
  else parts.push(words);
}

/** Writes down a function that is to be called at this place each time. */
export function noteFunction(run: () => void): void {
  if (!recording) throw new TypeError("internal: nothing is being recorded");
  parts.push(run);
}

/**
 * Runs `work`, in which kernels compute nothing, and returns a function that makes their calls.
 *
 * `allocate` gives memory that stays for as long as the function may be called.
 */
export function record(allocate: (bytes: number) => number, work: () => void): () => void {
  if (recording) throw new TypeError("internal: recordings cannot be nested");
  parts = [];
  recording = true;
  try {
    work();
  } finally {
    recording = false;
  }
  const runs = parts.map((part) => Array.isArray(part) ? replayer(allocate, part) : part);
  parts = [];
  if (runs.length === 1) return runs[0]!;
  return () => {
    for (let i = 0; i < runs.length; i++) runs[i]!();
  };
}

function replayer(allocate: (bytes: number) => number, words: readonly number[]): () => void {
  const at = allocate(4 * words.length);
  views.words32.set(words, at / 4);
  const end = at + 4 * words.length;
  return () => replay(at, end);
}

// `replay` calls kernels by their place in its table, which is that in ours.
table.grow(KERNELS.length);
KERNELS.forEach((kernel: Kernel, i) => table.set(i, kernel));
