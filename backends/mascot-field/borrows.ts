/**
 * Borrows of c − r for a public c and a number r that is shared bit by bit: whether c < r, on the low bits.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. Bits are elements 0 and 1. Place j has l_j = r_j · (1 − c_j), which says that it borrows, and
 * e_j = 1 − (c_j ⊕ r_j), that it passes a borrow on: both linear in r_j. A run of places, high and low, has l = l_high + e_high · l_low
 * and e = e_high · e_low. Damgård, Fitzi, Kiltz, Nielsen and Toft 2006 (DFKNT06, carries of sums of shared bits); here one number is
 * public, and runs are joined by a tree, or for all prefixes as by Sklansky 1960.
 *
 * A bit costs up to two products in the field, 32 bytes each: bits over F_2 with a MAC key of their own would take a fraction.
 *
 * @module
 */
import type { Step } from "@symbolon/protocol";
import { field, layout, ring, trunc as words } from "@symbolon/kernels";
import { inSequence, type SymmetricCost } from "./cost.ts";
import { lowWords } from "./masked_opening.ts";
import { MATERIAL, sharedPart } from "./material.ts";
import { addOpened, multiplyCost } from "./multiply.ts";
import { openInPlace } from "./opening.ts";
import {
  addElements,
  addVectors,
  copyVector,
  ELEMENT,
  elements,
  mulElements,
  part,
  type Party,
  subVectors,
  type Vector,
  vector,
} from "./party.ts";

/** Two neighbouring runs of places, named by their highest place, become one with the name of the high one. */
interface Join {
  readonly high: number;
  readonly low: number;
  /** Whether the joined run passes borrows on to anybody: not if it starts at place 0. */
  readonly passes: boolean;
}

/** Which borrows are wanted: out of the last place, or out of each. */
export type Wanted = "last" | "all";

/** Joins, level by level, by which the run that ends at the last place, or at each place, starts at place 0. */
function joins(places: number, wanted: Wanted): readonly (readonly Join[])[] {
  const levels: Join[][] = [];
  if (wanted === "all") {
    for (let size = 1; size < places; size *= 2) {
      const level: Join[] = [];
      for (let high = size; high < places; high++) {
        const block = Math.floor(high / size);
        if (block % 2 === 1) level.push({ high, low: block * size - 1, passes: block > 1 });
      }
      levels.push(level);
    }
    return levels;
  }
  let runs = Array.from({ length: places }, (_, i) => i);
  while (runs.length > 1) {
    // Pairs from the top; a run that is left over is the lowest.
    const odd = runs.length % 2, next = runs.slice(0, odd), level: Join[] = [];
    for (let i = odd; i < runs.length; i += 2) {
      level.push({ high: runs[i + 1]!, low: runs[i]!, passes: i > 0 });
      next.push(runs[i + 1]!);
    }
    levels.push(level);
    runs = next;
  }
  return levels;
}

/** What is compared: `times` public numbers with one shared number, for each of n elements. */
export interface Compared {
  /** times · n public elements, of which the low bits count: at most 64 of them. */
  readonly c: number;
  readonly times: number;
  /** Shares of the bits of r, lowest first: n values each. */
  readonly bits: readonly Vector[];
}

/**
 * For each place wanted, whether c mod 2^(j+1) < r mod 2^(j+1): times · n values 0 or 1.
 *
 * Masked by: triples, one for each product.
 *
 * Cost: {@linkcode borrowsCost}.
 */
export function* borrows(party: Party, of: Compared, wanted: Wanted): Step<readonly Vector[]> {
  const { store } = party;
  const places = of.bits.length, n = of.times * of.bits[0]!.n;
  const levels = joins(places, wanted);
  const { borrowing, passing } = leaves(party, of);
  const widest = Math.max(0, ...levels.map((level) => productsOf(level)));
  const room = vector(party, 2 * widest * n);
  for (const level of levels) {
    const count = productsOf(level);
    const opened = { ...room, n: 2 * count * n };
    const units = store.take(MATERIAL.triple.of(), count * n);
    const [a, b, c] = [0, 1, 2].map((pair) => sharedPart(units, pair, count * n)) as [Vector, Vector, Vector];
    let next = 0;
    // [to] (+)= [passing_high] · [y]
    const products = level.flatMap(({ high, low, passes }) => [
      { x: passing[high]!, y: borrowing[low]!, to: borrowing[high]!, adds: true },
      ...(passes ? [{ x: passing[high]!, y: passing[low]!, to: passing[high]!, adds: false }] : []),
    ]).map((product) => {
      const i = next++;
      const [d, e] = [part(opened, 2 * i * n, n), part(opened, (2 * i + 1) * n, n)];
      const masks = [a, b, c].map((v) => part(v, i * n, n)) as [Vector, Vector, Vector];
      subVectors(product.x, masks[0], d);
      subVectors(product.y, masks[1], e);
      return { ...product, d: d.at, e: e.at, a: masks[0], c: masks[2] };
    });
    yield* openInPlace(party, opened);
    for (const { y, to, adds, d, e, a, c } of products) {
      if (adds) addVectors(to, c, to);
      else copyVector(c, to);
      addOpened(d, y, a, e, to);
    }
  }
  return wanted === "all" ? borrowing : [borrowing[places - 1]!];
}

/** l_j and e_j of all places: linear in the shared bits. */
function leaves(party: Party, { c, times, bits }: Compared): Record<"borrowing" | "passing", readonly Vector[]> {
  const { memory } = party, n = bits[0]!.n, total = times * n;
  const [borrowing, passing] = [bits.map(() => vector(party, total)), bits.map(() => vector(party, total))];
  const mark = memory.mark();
  const bit = memory.scratch(8 * total), zeros = elements(party, total);
  // Bit j of −c − 1 is 1 − c_j.
  const complement = lowWords(party, c, total);
  ring.negate(complement, complement, total);
  ring.addScalar(complement, BigInt.asUintN(64, -1n), complement, total);
  bits.forEach((r, j) => {
    if (j === 0) layout.copy(bit, complement, 8 * total);
    else words.shift(complement, total, j, 0n, bit);
    words.lowBits(bit, total, 1, bit);
    field.fromWords(bit, zeros, total);
    for (let t = 0; t < times; t++) {
      const [l, e] = [part(borrowing[j]!, t * n, n), part(passing[j]!, t * n, n)];
      mulElements(r, zeros + ELEMENT * t * n, l);
      // r_j + (1 − c_j) − 2 l_j
      subVectors(r, l, e);
      subVectors(e, l, e);
    }
    addElements(party, passing[j]!, zeros, passing[j]!);
  });
  memory.release(mark);
  return { borrowing, passing };
}

function productsOf(level: readonly Join[]): number {
  return level.reduce((sum, { passes }) => sum + (passes ? 2 : 1), 0);
}

/** Cost of {@linkcode borrows} of so many places for so many comparisons: a round a level, 32 bytes a product on each directed link. */
export function borrowsCost(places: number, comparisons: number, wanted: Wanted): SymmetricCost {
  return inSequence(...joins(places, wanted).map((level) => multiplyCost(productsOf(level) * comparisons)));
}
