/**
 * The one linear memory of a thread, imported by every kernel as `env.memory`.
 *
 * @module
 */
import { given } from "./given_memory.ts";

/** Bytes of a WebAssembly page. */
const PAGE = 65536;

/** Below this lies nothing of ours: kernels keep their static data there. */
const FIRST = 4096;

/** Kernels may load (never use) this many bytes past the end of a vector. */
const SLACK = 64;

/** Kernels import this. Every party's thread has its own and shares it with its helper threads. */
export const memory: WebAssembly.Memory = given.memory ??
  new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true });

/** Linear memory as bytes, 64-bit words and 32-bit words. */
export interface Views {
  bytes: Uint8Array;
  words: BigUint64Array;
  words32: Uint32Array;
}

/** Current views of {@linkcode memory}; replaced whenever it grows. */
export const views: Views = {
  bytes: new Uint8Array(memory.buffer),
  words: new BigUint64Array(memory.buffer),
  words32: new Uint32Array(memory.buffer),
};

/**
 * Writes what never changes to memory that nothing else uses: the only write that may happen while kernel calls are recorded, since what
 * is recorded finds it there each time.
 */
export function placeLiteral(at: number, values: Uint32Array | BigUint64Array): void {
  if (values instanceof Uint32Array) views.words32.set(values, at / 4);
  else views.words.set(values, at / 8);
}

let top = FIRST;

/**
 * Rounds up to a multiple of 16.
 *
 * @throws {RangeError} if the number is negative or NaN
 */
export function align16(bytes: number): number {
  if (!(bytes >= 0)) throw new RangeError(`A length in memory is a number of bytes from 0 on, not ${bytes}`);
  return Math.ceil(bytes / 16) * 16;
}

/** No room in linear memory; who knows what it was for may say so. */
class MemoryFullError extends RangeError {
  override readonly name = "MemoryFullError";
}

/**
 * Reserves fresh zeroed bytes at the end of linear memory and returns their offset.
 *
 * @throws {RangeError} if the 4 GiB of a WebAssembly memory do not suffice
 */
export function reserve(bytes: number): number {
  const at = top;
  const end = at + align16(bytes);
  const missing = end + SLACK - memory.buffer.byteLength;
  if (missing > 0) {
    try {
      memory.grow(Math.max(Math.ceil(missing / PAGE), Math.min(1024, Math.floor(memory.buffer.byteLength / PAGE / 4))));
    } catch {
      try {
        memory.grow(Math.ceil(missing / PAGE));
      } catch {
        throw new MemoryFullError(
          `Cannot reserve ${Math.ceil(bytes / 2 ** 20)} MiB: ${Math.ceil(at / 2 ** 20)} of the 4096 MiB a thread can ` +
            `address are in use. Use smaller batches, or run each party in its own process`,
        );
      }
    }
    views.bytes = new Uint8Array(memory.buffer);
    views.words = new BigUint64Array(memory.buffer);
    views.words32 = new Uint32Array(memory.buffer);
  }
  top = end;
  return at;
}
