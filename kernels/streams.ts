/**
 * Streams of ChaCha12, long pieces in all threads by ranges of the counter: see `src/chacha.as.ts`.
 *
 * @module
 */
import { chacha12, draw as drawAlone } from "./build/chacha.ts";
import { views } from "./linear_memory.ts";
import { helped } from "./pool.ts";
import { noteFunction, recording, refuseRecording } from "./recorder.ts";

export { chacha12 };

/** Groups of 256 bytes from which a draw is cut for other threads: some 50 µs. */
const LONG = 512;

/** Bytes that a stream takes, see {@linkcode draw}; its key is in the first 32. */
export const STREAM_BYTES = 1088;
/** Bytes of a stream's pool. */
const POOL = 1024;
/** Bytes of a group. */
const GROUP = 256;
/** Where in a stream the number of the next block and the number of used bytes of the pool are. */
const BLOCK = 32;
const USED = 40;

/** A stream from its start: `at` holds its key already. */
export function startStream(at: number): void {
  refuseRecording();
  views.words[(at + BLOCK) / 8] = 0n;
  views.words32[(at + USED) / 4] = POOL;
}

/** Writes the next `bytes` bytes of a stream at `out`: see `src/chacha.as.ts`. */
export function draw(stream: number, out: number, bytes: number): void {
  const groups = Math.floor(bytes / GROUP);
  if (!helped || groups < LONG) return drawAlone(stream, out, bytes);
  if (recording) return noteFunction(() => draw(stream, out, bytes));
  const block = (stream + BLOCK) / 8;
  const counter = views.words[block]!;
  chacha12(stream, 0n, counter, out, groups);
  views.words[block] = counter + BigInt(4 * groups);
  drawAlone(stream, out + groups * GROUP, bytes - groups * GROUP);
}
