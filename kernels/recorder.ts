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
import type { Argument, Kernel } from "./call_board.ts";
import { views } from "./linear_memory.ts";
import { CALL_BYTES, KERNELS } from "./build/table.ts";

/** Whether kernel calls are written down now. */
export let recording = false;

/** What is being recorded: kernel calls in a row as their 32-bit words, and functions. */
let parts: (number[] | (() => void))[] = [];

/** A recorded kernel call in place of the call itself: the kernel's number, and which of its arguments have 64 bits. */
export function note(kernel: number, form: number, ...args: readonly Argument[]): void {
  const words = [kernel, form];
  for (const a of args) {
    if (typeof a === "bigint") words.push(Number(a & 0xffffffffn), Number((a >> 32n) & 0xffffffffn));
    else words.push(a);
  }
  while (words.length < CALL_BYTES / 4) words.push(0);
  const last = parts.at(-1);
  if (Array.isArray(last)) last.push(...words);
  else parts.push(words);
}

/** @throws {TypeError} while something is recorded: it runs later, again and again, and what lies in memory now says nothing of then */
export function refuseRecording(): void {
  if (recording) throw new TypeError("internal: what is being recorded may not look at memory");
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
