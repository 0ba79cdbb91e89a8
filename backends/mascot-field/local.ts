/**
 * Operations on authenticated values that need no messages: shares and MAC shares are linear in the values. KOS16 (Π_[·], LinComb).
 *
 * @module
 */
import { type LocalOperations, sameSize, type Shape, sizeOf, stridesOf } from "@symbolon/protocol";
import { field, layout } from "@symbolon/kernels";
import {
  addElement,
  addElements,
  addVectors,
  type AuthenticatedShare,
  copyVector,
  ELEMENT,
  mulElement,
  mulElements,
  type Party,
  subVectors,
} from "./party.ts";

/** All of them, at a party. */
export function localOperations(party: Party): LocalOperations<AuthenticatedShare> {
  const { self, key } = party;
  /** Applies the same to shares and to MAC shares. */
  const both = (x: AuthenticatedShare, out: AuthenticatedShare, of: (from: number, to: number) => void) => {
    of(x.at, out.at);
    of(x.mac, out.mac);
  };
  return {
    /** Party 0's share is the value, the others' are 0; MAC shares are Δ_i times it. */
    constant(value, out) {
      if (self === 0) layout.copy(out.at, value.at, ELEMENT * out.n);
      else layout.clear(out.at, ELEMENT * out.n);
      field.mulScalar(value.at, key, out.mac, out.n);
    },

    add(x, y, out) {
      sameSize("add", x, out);
      sameSize("add", y, out);
      addVectors(x, y, out);
    },

    sub(x, y, out) {
      sameSize("sub", x, out);
      sameSize("sub", y, out);
      subVectors(x, y, out);
    },

    negate(x, out) {
      sameSize("negate", x, out);
      both(x, out, (from, to) => field.negate(from, to, out.n));
    },

    addPublic(x, c, out) {
      sameSize("addPublic", x, out);
      if (sizeOf(c.shape) === out.n) addElements(party, x, c.at, out);
      else addElement(party, x, c.at, out);
    },

    mulPublic(x, c, out) {
      sameSize("mulPublic", x, out);
      if (sizeOf(c.shape) === out.n) mulElements(x, c.at, out);
      else mulElement(x, c.at, out);
    },

    copy(x, out) {
      sameSize("copy", x, out);
      copyVector(x, out);
    },

    read(x, { shape, offset, strides }, out) {
      const to = stridesOf(shape);
      both(
        x,
        out,
        (from, at) => copyElements(party, shape, { at: from + ELEMENT * offset, strides }, { at, strides: to }),
      );
    },

    write(x, { shape, offset, strides }, out) {
      const from = stridesOf(shape);
      both(
        x,
        out,
        (at, to) => copyElements(party, shape, { at, strides: from }, { at: to + ELEMENT * offset, strides }),
      );
    },

    gather(x, rows, out) {
      const bytes = rows.count === 0 ? 0 : ELEMENT * out.n / rows.count;
      both(x, out, (from, to) => layout.gatherRows(from, rows.at, rows.count, bytes, to));
    },

    sum(x, axis, out) {
      const outer = sizeOf(x.shape.slice(0, axis)), inner = sizeOf(x.shape.slice(axis + 1));
      both(x, out, (from, to) => field.sumAxis(from, outer, x.shape[axis]!, inner, to));
    },

    cumsum(x, out) {
      const row = sizeOf(x.shape.slice(1)), bytes = ELEMENT * row;
      both(x, out, (from, to) => {
        layout.copy(to, from, x.n === 0 ? 0 : bytes);
        for (let at = bytes; at < ELEMENT * x.n; at += bytes) field.add(to + at - bytes, from + at, to + at, row);
      });
    },
  };
}

/** Where the elements of a block lie. */
interface Strided {
  readonly at: number;
  readonly strides: readonly number[];
}

/** Copies a block of elements. */
export function copyElements({ memory }: Pick<Party, "memory">, shape: Shape, from: Strided, to: Strided): void {
  const mark = memory.mark();
  const spec = memory.scratch(12 * shape.length);
  memory.words32.set(shape.flatMap((extent, d) => [extent, from.strides[d]!, to.strides[d]!]), spec / 4);
  layout.copyStrided(from.at, to.at, spec, shape.length, 2, memory.scratch(4 * shape.length));
  memory.release(mark);
}
