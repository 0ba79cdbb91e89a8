/**
 * A sink and source of material in memory, which clears what it gives back.
 *
 * @module
 */
import type { MaterialKind, MaterialSink, MaterialSource } from "@symbolon/protocol";

/** Units of a kind, part by part. */
export interface ShelfChunk {
  readonly kind: MaterialKind;
  readonly units: number;
  readonly bytes: Uint8Array;
}

/** One party's chunks, in the order in which they came. */
export class Shelf implements MaterialSink, MaterialSource {
  readonly chunks: ShelfChunk[];
  #filled = 0;
  #current: Uint8Array | null = null;

  constructor(chunks: readonly ShelfChunk[] = []) {
    this.chunks = [...chunks];
  }

  begin(kind: MaterialKind, units: number, bytes: number): void;
  begin(kind: MaterialKind): number | null;
  begin(kind: MaterialKind, units?: number, bytes = 0): number | null | void {
    this.#filled = 0;
    if (units !== undefined) return void this.chunks.push({ kind, units, bytes: new Uint8Array(bytes) });
    const at = this.chunks.findIndex((chunk) => chunk.kind === kind);
    if (at < 0) return null;
    const [chunk] = this.chunks.splice(at, 1);
    this.#current = chunk!.bytes;
    return chunk!.units;
  }

  write(bytes: Uint8Array): void {
    this.chunks.at(-1)!.bytes.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  read(bytes: Uint8Array): void {
    const from = this.#current!.subarray(this.#filled, this.#filled += bytes.length);
    bytes.set(from);
    from.fill(0);
  }

  /** The same chunks once more. */
  copy(): Shelf {
    return new Shelf(this.chunks.map(({ bytes, ...chunk }) => ({ ...chunk, bytes: bytes.slice() })));
  }
}
