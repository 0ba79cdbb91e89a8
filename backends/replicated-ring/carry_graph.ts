/**
 * Carries of a + b as graphs of signals, where one party (the dealer) knows a and the two others know b.
 *
 * Bits are taken in blocks of three. A block's *signals* are generate G = [A + B ≥ 2^w] and propagate P = [A + B = 2^w − 1];
 * neighbours combine as G = G_1 ⊕ P_1 G_2 ⊕ P_1 P_2 G_3 …, P = P_1 P_2 … (most significant first). Every signal v is held as a
 * masked bit m = v ⊕ λ that the two know, with λ known to the dealer alone, who can therefore deal products of λs ahead.
 * Building on ASTRA (eprint 2019/429) and ABY2.0 (eprint 2020/1225): masked values, dealt products of masks.
 *
 * @module
 */

/** Bits of a block: seven products of its bits are dealt. */
const BLOCK = 3;
/** How many neighbours combine in one round at the most: the dealt products double with each. */
const ARITY = 4;

/** One opened masked bit. */
export interface Signal {
  readonly id: number;
  /** Round in which it is opened, from 0. */
  readonly level: number;
  readonly rule: LeafRule | NodeRule;
}

/** A block's G or P, from the dealt products of the dealer's bits and the bits of b. */
export interface LeafRule {
  readonly kind: "leaf";
  readonly block: number;
  readonly width: number;
  readonly propagate: boolean;
}

/** Sum of products of earlier signals. */
export interface NodeRule {
  readonly kind: "node";
  readonly products: readonly (readonly Signal[])[];
}

/** A run of neighbouring bits: its signals. */
interface Run {
  readonly g: Signal;
  readonly p: Signal | null;
}

/** One wanted bit of a + b: the carry into it (null for bit 0), and which bit. */
export interface Output {
  readonly carry: Signal | null;
  readonly bit: number;
}

/** What the parties compute, in terms of signals. */
export interface CarryGraph {
  /** Bits of a and b. */
  readonly width: number;
  /** First bit and width of each block. */
  readonly blocks: readonly { readonly from: number; readonly width: number }[];
  /** In the order of opening: levels ascend. */
  readonly signals: readonly Signal[];
  readonly levels: number;
  readonly outputs: readonly Output[];
}

/** The top bit of a + b mod 2^width. */
export function signGraph(width: number): CarryGraph {
  const graph = new GraphBuilder(width);
  const top = width - 1;
  if (top === 0) return graph.finish([{ carry: null, bit: 0 }]);
  const leaves = graph.blocks.map((_, i) => graph.leaf(i, undefined, i > 0));
  return graph.finish([{ carry: graph.reduce(leaves), bit: top }]);
}

/** All bits of a + b mod 2^width, lowest first. */
export function bitsGraph(width: number): CarryGraph {
  const graph = new GraphBuilder(width);
  const whole = graph.blocks.map((_, i) => graph.leaf(i, undefined, i > 0));
  const before = graph.prefixes(whole);
  const outputs: Output[] = [];
  for (let bit = 0; bit < width; bit++) {
    const block = Math.floor(bit / BLOCK);
    const inside = bit % BLOCK;
    const runs: Run[] = inside > 0 ? [graph.leaf(block, inside, block > 0)] : [];
    if (block > 0) runs.push(...before[block - 1]!);
    outputs.push({ carry: runs.length === 0 ? null : graph.combine(runs, false).g, bit });
  }
  return graph.finish(outputs);
}

/** Lists the signals that a graph needs. */
class GraphBuilder {
  readonly blocks: { from: number; width: number }[] = [];
  readonly #signals: Signal[] = [];
  readonly #leaves = new Map<string, Signal>();

  constructor(readonly width: number) {
    for (let from = 0; from < width - 1; from += BLOCK) {
      this.blocks.push({ from, width: Math.min(BLOCK, width - 1 - from) });
    }
  }

  /** The lowest `width` bits of a block. */
  leaf(block: number, width: number = this.blocks[block]!.width, propagate: boolean): Run {
    const signal = (propagate: boolean) => {
      const key = `${block} ${width} ${propagate}`;
      const known = this.#leaves.get(key) ?? this.#add(0, { kind: "leaf", block, width, propagate });
      this.#leaves.set(key, known);
      return known;
    };
    return { g: signal(false), p: propagate ? signal(true) : null };
  }

  /** Joins neighbouring runs, most significant first; a single run stays as it is. */
  combine(runs: readonly Run[], propagate: boolean): Run {
    if (runs.length === 1) return runs[0]!;
    const parts = runs.flatMap(({ g, p }) => p === null ? [g] : [g, p]);
    const level = 1 + Math.max(...parts.map((s) => s.level));
    const above = runs.map((_, i) => runs.slice(0, i).map((r) => r.p!));
    const g = this.#add(level, { kind: "node", products: runs.map((r, i) => [...above[i]!, r.g]) });
    const p = propagate ? this.#add(level, { kind: "node", products: [runs.map((r) => r.p!)] }) : null;
    return { g, p };
  }

  /** The carry out of all runs (least significant first), in as few levels as possible. */
  reduce(runs: readonly Run[]): Signal {
    let rest = runs;
    for (const arity of arities(runs.length)) {
      const joined: Run[] = [];
      for (let i = 0; i < rest.length; i += arity) {
        joined.push(this.combine(rest.slice(i, i + arity).reverse(), i > 0));
      }
      rest = joined;
    }
    return rest[0]!.g;
  }

  /** For each i, the runs (most significant first, at most three) that together make runs 0 to i. */
  prefixes(runs: readonly Run[]): Run[][] {
    if (runs.length <= BLOCK) return runs.map((_, i) => runs.slice(0, i + 1).reverse());
    const within = runs.map((_, i) => {
      const first = i - i % BLOCK;
      return this.combine(runs.slice(first, i + 1).reverse(), first > 0);
    });
    const whole = within.filter((_, i) => i % BLOCK === BLOCK - 1 && i < runs.length - 1);
    const below = this.prefixes(whole).map((list) => this.combine(list, false));
    return within.map((run, i) => i < BLOCK ? [run] : [run, below[Math.floor(i / BLOCK) - 1]!]);
  }

  /** Numbers the signals by level, dropping those that nothing needs. */
  finish(outputs: readonly Output[]): CarryGraph {
    const needed = new Set<Signal>();
    const visit = (s: Signal): void => {
      if (needed.has(s)) return;
      needed.add(s);
      if (s.rule.kind === "node") s.rule.products.forEach((p) => p.forEach(visit));
    };
    outputs.forEach(({ carry }) => carry && visit(carry));
    const order = this.#signals.filter((s) => needed.has(s)).sort((x, y) => x.level - y.level || x.id - y.id);
    const renamed = new Map<Signal, Signal>();
    order.forEach((s, id) => {
      const rule = s.rule.kind === "leaf"
        ? s.rule
        : { ...s.rule, products: s.rule.products.map((p) => p.map((v) => renamed.get(v)!)) };
      renamed.set(s, { id, level: s.level, rule });
    });
    return {
      width: this.width,
      blocks: this.blocks,
      signals: order.map((s) => renamed.get(s)!),
      levels: order.length === 0 ? 0 : 1 + order.at(-1)!.level,
      outputs: outputs.map(({ carry, bit }) => ({ carry: carry && renamed.get(carry)!, bit })),
    };
  }

  #add(level: number, rule: Signal["rule"]): Signal {
    const signal = { id: this.#signals.length, level, rule };
    this.#signals.push(signal);
    return signal;
  }
}

/** Arities, lowest level first, that join `runs` runs in as few levels as possible; small ones first, they deal less. */
function arities(runs: number): number[] {
  if (runs <= 1) return [];
  for (let levels = 1;; levels++) {
    const found = search(runs, levels);
    if (found !== null) return found;
  }
}

function search(runs: number, levels: number): number[] | null {
  if (levels === 1) return runs <= ARITY ? [runs] : null;
  for (let arity = 2; arity <= ARITY; arity++) {
    const rest = search(Math.ceil(runs / arity), levels - 1);
    if (rest !== null) return [arity, ...rest];
  }
  return null;
}
