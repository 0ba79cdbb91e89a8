/** Linear memory without kernels, for tests of transports. @module */
import type { Mark, Memory } from "@symbolon/protocol";

/** A stack in an array of bytes, replaced when it grows; permanent and scratch memory share it. */
export class PlainMemory implements Memory {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(64);
  #top = 0;

  get words(): BigUint64Array {
    return new BigUint64Array(this.bytes.buffer);
  }
  get words32(): Uint32Array {
    return new Uint32Array(this.bytes.buffer);
  }
  allocate(bytes: number): number {
    const at = this.#top;
    this.#top += Math.ceil(bytes / 16) * 16;
    if (this.#top > this.bytes.length) {
      const grown = new Uint8Array(2 ** Math.ceil(Math.log2(this.#top)));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    return at;
  }
  scratch(bytes: number): number {
    return this.allocate(bytes);
  }
  mark(): Mark {
    return this.#top;
  }
  release(mark: Mark): void {
    this.#top = mark;
  }
}
