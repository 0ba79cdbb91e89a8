/**
 * A {@linkcode CarryGraph} as straight-line bit programs, one for the dealer and one each for the two others.
 *
 * @module
 */
import type { CarryGraph, LeafRule, NodeRule, Signal } from "./carry_graph.ts";

/** XOR of ANDs: each entry lists signals whose masks are multiplied. */
type MaskSum = readonly (readonly Signal[])[];

/** A bit program: four 32-bit integers an instruction, see `evaluate` in the kernels; `slots` planes in all. */
export interface BitProgram {
  readonly code: Uint32Array;
  readonly slots: number;
}

/** Planes of the two parties that know b, in this order, then temporaries. */
export interface EvaluatorLayout {
  readonly b: number;
  readonly monomials: number;
  readonly dealt: number;
  readonly masks: number;
  readonly opened: number;
  readonly temporaries: number;
}

/** All that the three parties need to compute the carries of a graph. */
export interface CarryCircuit {
  readonly graph: CarryGraph;
  /** Products of the dealer's bits that are dealt. */
  readonly monomials: number;
  /** Products of masks that are dealt. */
  readonly dealt: number;
  /** First signal of each level; the last entry is the number of signals. */
  readonly levelStart: readonly number[];
  /** From the planes of a (first `width` slots) to the monomials (next slots). */
  readonly dealerBits: BitProgram;
  /** From the masks λ (first slots, one a signal) to the dealt products (next slots), then each output's λ. */
  readonly dealerMasks: BitProgram;
  readonly layout: EvaluatorLayout;
  /** By party (the first adds the constants) and level: from b, shares and opened bits to the shares to open. */
  readonly open: readonly (readonly BitProgram[])[];
  /** From b and the opened bits to each output's m, in the first temporaries. */
  readonly result: BitProgram;
  /** Planes that `open` and `result` need. */
  readonly evaluatorSlots: number;
}

/** Writes straight-line code over numbered planes; equal operations are done once. */
class Writer {
  readonly #code: number[] = [];
  readonly #known = new Map<string, number>();
  constructor(public slots: number) {}

  and(x: number, y: number): number {
    return x === y ? x : this.#reuse(1, Math.min(x, y), Math.max(x, y));
  }
  xor(x: number, y: number): number {
    return this.#reuse(0, Math.min(x, y), Math.max(x, y));
  }
  /** The product of one or more planes. */
  product(planes: readonly number[]): number {
    return planes.reduce((x, y) => this.and(x, y));
  }
  /** Writes the sum of one or more planes to `to`. */
  sum(planes: readonly number[], to: number): void {
    const last = planes.at(-1)!;
    const first = planes.slice(0, -1);
    if (first.length === 0) this.#emit(1, to, last, last);
    else this.#emit(0, to, first.reduce((x, y) => this.xor(x, y)), last);
  }
  finish(): BitProgram {
    return { code: Uint32Array.from(this.#code), slots: this.slots };
  }

  #reuse(op: 0 | 1, x: number, y: number): number {
    const key = `${op} ${x} ${y}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const to = this.slots++;
    this.#emit(op, to, x, y);
    this.#known.set(key, to);
    return to;
  }
  #emit(op: 0 | 1, to: number, x: number, y: number): void {
    this.#code.push(op, to, x, y);
  }
}

/** Compiles a graph. */
export function carryCircuit(graph: CarryGraph): CarryCircuit {
  const { blocks, signals, width, outputs } = graph;
  const firstMonomial: number[] = [];
  let monomials = 0;
  for (const block of blocks) {
    firstMonomial.push(monomials);
    monomials += (1 << block.width) - 1;
  }
  const { dealt, shareOf, folded } = dealtProducts(graph);

  const layout: EvaluatorLayout = {
    b: 0,
    monomials: width,
    dealt: width + monomials,
    masks: width + monomials + dealt.length,
    opened: width + monomials + dealt.length + signals.length,
    temporaries: width + monomials + dealt.length + 2 * signals.length,
  };
  const levelStart = Array.from(
    { length: graph.levels + 1 },
    (_, level) => signals.filter((s) => s.level < level).length,
  );

  const open = [true, false].map((constants) =>
    levelStart.slice(0, -1).map((_, level) => {
      const w = new Writer(layout.temporaries);
      for (const signal of signals.filter((s) => s.level === level)) {
        const terms = signal.rule.kind === "leaf"
          ? leafTerms(w, graph, signal.rule, firstMonomial[signal.rule.block]!, layout, constants)
          : nodeTerms(w, signal.rule, layout, (masks) => shareOf(masks, signal), constants);
        w.sum([...terms, layout.masks + signal.id], layout.opened + signal.id);
      }
      return w.finish();
    })
  );
  const w = new Writer(layout.temporaries + outputs.length);
  outputs.forEach(({ carry, bit }, o) => {
    const planes = carry === null ? [layout.b + bit] : [layout.b + bit, layout.opened + carry.id];
    w.sum(planes, layout.temporaries + o);
  });
  const result = w.finish();

  return {
    graph,
    monomials,
    dealt: dealt.length,
    levelStart,
    open,
    result,
    evaluatorSlots: Math.max(result.slots, ...open.flat().map((p) => p.slots)),
    dealerBits: dealerBits(graph, firstMonomial),
    dealerMasks: dealerMasks(graph, dealt, folded),
    layout,
  };
}

/** Subsets of a list, the empty one first. */
function subsets<T>(list: readonly T[]): T[][] {
  return list.reduce<T[][]>((all, x) => [...all, ...all.map((s) => [...s, x])], [[]]);
}

const keyOf = (signals: readonly Signal[]) => signals.map((s) => s.id).sort((x, y) => x - y).join(" ");

/**
 * Which products of masks are dealt: each proper product that some node needs, and for each node the sum of its full products.
 *
 * The full products of an output that no node uses are not dealt: the dealer adds them to the output's mask (`folded`).
 */
function dealtProducts(graph: CarryGraph) {
  const used = new Set(
    graph.signals.flatMap((s) => s.rule.kind === "node" ? s.rule.products.flat().map((v) => v.id) : []),
  );
  const wanted = new Set(graph.outputs.map(({ carry }) => carry?.id));
  const dealt: MaskSum[] = [];
  const index = new Map<string, number>();
  const folded = new Map<number, MaskSum>();
  const deal = (key: string, sum: MaskSum) => {
    if (!index.has(key)) index.set(key, dealt.push(sum) - 1);
  };
  for (const signal of graph.signals) {
    if (signal.rule.kind !== "node") continue;
    for (const product of signal.rule.products) {
      for (const s of subsets(product)) if (s.length >= 2 && s.length < product.length) deal(keyOf(s), [s]);
    }
    const full = signal.rule.products.filter((p) => p.length >= 2);
    if (wanted.has(signal.id) && !used.has(signal.id)) folded.set(signal.id, full);
    else if (full.length === 1) deal(keyOf(full[0]!), full);
    else deal(`node ${signal.id}`, full);
  }
  /** Where the product of some masks is dealt; with "full", the sum of the node's full products, if it is dealt at all. */
  const shareOf = (masks: readonly Signal[] | "full", node: Signal): number | undefined => {
    if (masks !== "full") return index.get(keyOf(masks));
    if (folded.has(node.id) || node.rule.kind === "leaf") return undefined;
    const full = node.rule.products.filter((p) => p.length >= 2);
    return index.get(full.length === 1 ? keyOf(full[0]!) : `node ${node.id}`);
  };
  return { dealt, shareOf, folded };
}

/** The products of each block's bits, subset by subset. */
function dealerBits(graph: CarryGraph, firstMonomial: readonly number[]): BitProgram {
  const count = graph.blocks.reduce((n, b) => n + (1 << b.width) - 1, 0);
  const w = new Writer(graph.width + count);
  graph.blocks.forEach((block, i) => {
    for (let subset = 1; subset < 1 << block.width; subset++) {
      const low = subset & -subset;
      const bit = block.from + Math.log2(low);
      const to = graph.width + firstMonomial[i]! + subset - 1;
      const rest = subset ^ low;
      w.sum([rest === 0 ? bit : w.and(bit, graph.width + firstMonomial[i]! + rest - 1)], to);
    }
  });
  return w.finish();
}

/** The dealt products of masks, then each output's mask with what was folded into it. */
function dealerMasks(
  graph: CarryGraph,
  dealt: readonly MaskSum[],
  folded: ReadonlyMap<number, MaskSum>,
): BitProgram {
  const first = graph.signals.length;
  const w = new Writer(first + dealt.length + graph.outputs.length);
  const products = (sum: MaskSum) => sum.map((p) => w.product(p.map((s) => s.id)));
  dealt.forEach((sum, i) => w.sum(products(sum), first + i));
  graph.outputs.forEach(({ carry }, o) => {
    const to = first + dealt.length + o;
    if (carry === null) w.sum([to, to], to); // no carry, no mask: zero
    else w.sum([...products(folded.get(carry.id) ?? []), carry.id], to);
  });
  return w.finish();
}

/** The terms of a block's G or P: products of b's bits (public to both) times dealt products of a's bits. */
function leafTerms(
  w: Writer,
  graph: CarryGraph,
  rule: LeafRule,
  firstMonomial: number,
  layout: EvaluatorLayout,
  constants: boolean,
): number[] {
  const { from } = graph.blocks[rule.block]!;
  const byA = algebraicNormalForm(rule.width, rule.propagate);
  const terms: number[] = [];
  byA.forEach((coefficient, subset) => {
    if (coefficient.length === 0 || (subset === 0 && !constants)) return;
    const share = layout.monomials + firstMonomial + subset - 1;
    const planes = coefficient.filter((t) => t > 0).map((t) => w.product(bitsOf(t).map((i) => layout.b + from + i)));
    for (const plane of planes) terms.push(subset === 0 ? plane : w.and(plane, share));
    if (coefficient.includes(0)) {
      if (subset === 0) throw new Error("internal: no block has a constant term of 1");
      terms.push(share);
    }
  });
  return terms;
}

const bitsOf = (set: number) => [...set.toString(2)].reverse().flatMap((c, i) => c === "1" ? [i] : []);

/**
 * G or P of a block of w bits as a polynomial over F_2: entry S lists the products of b's bits (as sets) that multiply the
 * product of a's bits in S. By the Möbius transform of the truth table.
 */
function algebraicNormalForm(width: number, propagate: boolean): number[][] {
  const size = 1 << width;
  const table = Array.from({ length: size * size }, (_, i) => {
    const sum = (i % size) + Math.floor(i / size);
    return propagate ? sum === size - 1 : sum >= size;
  });
  for (let bit = 1; bit < size * size; bit <<= 1) {
    for (let i = 0; i < size * size; i++) if (i & bit) table[i] = table[i] !== table[i ^ bit];
  }
  return Array.from(
    { length: size },
    (_, a) => Array.from({ length: size }, (_, b) => b).filter((b) => table[a + size * b]),
  );
}

/** The terms of a node: products of opened bits times shares of products of masks. */
function nodeTerms(
  w: Writer,
  rule: NodeRule,
  layout: EvaluatorLayout,
  shareOf: (masks: readonly Signal[] | "full") => number | undefined,
  constants: boolean,
): number[] {
  const terms: number[] = [];
  for (const product of rule.products) {
    for (const masked of subsets(product)) {
      const open = product.filter((s) => !masked.includes(s)).map((s) => layout.opened + s.id);
      if (masked.length === 0) {
        if (constants) terms.push(w.product(open));
      } else if (masked.length === 1) {
        // A mask is the sum of the two parties' own masks, so it needs no dealing.
        terms.push(w.product([...open, layout.masks + masked[0]!.id]));
      } else if (open.length > 0) terms.push(w.product([...open, layout.dealt + shareOf(masked)!]));
    }
  }
  const whole = shareOf("full");
  if (whole !== undefined) terms.push(layout.dealt + whole);
  return terms;
}
