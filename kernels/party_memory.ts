/**
 * A party's share of the thread's linear memory: permanent allocations and a scratch stack, both in chunks.
 *
 * @module
 */
import { clear } from "./build/layout.wasm";
import { align16, reserve, views } from "./linear_memory.ts";
import { refuseRecording } from "./recorder.ts";

interface Chunk {
  readonly at: number;
  readonly bytes: number;
}

const PERMANENT_CHUNK = 1 << 18;
const SCRATCH_CHUNK = 1 << 18;
/** A mark is chunk · MARK + offset; chunks are shorter than 2^32 bytes. */
const MARK = 2 ** 32;

/** Chunks given back by parties that ended, to be used again. */
const free: Chunk[] = [];

/** The smallest free chunk that fits, so that a party that asks for what another gave back takes no fresh memory. */
function takeChunk(bytes: number): Chunk {
  let best: Chunk | undefined;
  for (const chunk of free) {
    if (chunk.bytes >= bytes && chunk.bytes <= 4 * bytes && chunk.bytes < (best?.bytes ?? Infinity)) best = chunk;
  }
  if (best === undefined) return { at: reserve(bytes), bytes: align16(bytes) };
  free.splice(free.indexOf(best), 1);
  return best;
}

/** Linear memory of one party. Structurally a `Memory` of the protocol contract. */
export class PartyMemory {
  readonly #chunks: Chunk[] = [];
  readonly #scratch: Chunk[] = [];
  #permanentAt = 0;
  #permanentEnd = 0;
  #scratchIndex = 0;
  #scratchOffset = 0;

  get bytes(): Uint8Array {
    refuseRecording();
    return views.bytes;
  }
  get words(): BigUint64Array {
    refuseRecording();
    return views.words;
  }
  get words32(): Uint32Array {
    refuseRecording();
    return views.words32;
  }

  /** Reserves zeroed memory until {@linkcode dispose}. */
  allocate(bytes: number): number {
    const size = align16(bytes);
    if (this.#permanentAt + size > this.#permanentEnd) {
      const chunk = takeChunk(Math.max(size, PERMANENT_CHUNK));
      this.#chunks.push(chunk);
      this.#permanentAt = chunk.at;
      this.#permanentEnd = chunk.at + chunk.bytes;
    }
    const at = this.#permanentAt;
    this.#permanentAt += size;
    clear(at, size);
    return at;
  }

  /** Reserves memory with undefined contents until a mark taken before is released. */
  scratch(bytes: number): number {
    const size = align16(bytes);
    let chunk = this.#scratch[this.#scratchIndex];
    while (chunk !== undefined && this.#scratchOffset + size > chunk.bytes) {
      this.#scratchIndex++;
      this.#scratchOffset = 0;
      chunk = this.#scratch[this.#scratchIndex];
    }
    if (chunk === undefined) {
      chunk = takeChunk(Math.max(size, SCRATCH_CHUNK));
      this.#scratch.push(chunk);
    }
    const at = chunk.at + this.#scratchOffset;
    this.#scratchOffset += size;
    return at;
  }

  /** The top of the scratch stack. */
  mark(): number {
    return this.#scratchIndex * MARK + this.#scratchOffset;
  }

  /** Gives back the scratch memory reserved since the mark. */
  release(mark: number): void {
    this.#scratchIndex = Math.floor(mark / MARK);
    this.#scratchOffset = mark % MARK;
  }

  /** Gives all memory back. Secrets in it are overwritten. */
  dispose(): void {
    for (const chunk of [...this.#chunks, ...this.#scratch]) {
      clear(chunk.at, chunk.bytes);
      free.push(chunk);
    }
    this.#chunks.length = this.#scratch.length = 0;
    this.#permanentAt =
      this.#permanentEnd =
      this.#scratchIndex =
      this.#scratchOffset =
        0;
  }
}
