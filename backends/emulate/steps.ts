/**
 * Every operation of the contract on the values themselves: no rounds, no messages.
 *
 * @module
 */
import {
  type Call,
  type CallOf,
  type Cost,
  free,
  type OperandCall,
  type Realisation,
  type Realisations,
  type Round,
  rowParts,
  sizeOf,
  type Step,
  type Term,
  type Trunc,
  type Window,
} from "@symbolon/protocol";
import { layout } from "@symbolon/kernels";
import { wordBytes } from "@symbolon/primitives";
import { type Plain, plainAt, type PlainParty, unitOf } from "./party.ts";

/** What this backend says of each operation. */
export const OPERATIONS: Realisations<PlainParty, Plain> = {
  input: {
    cost: nothing,
    step: (_party, call, value, out) =>
      immediately(() => {
        if (value === null) throw new TypeError(`input: the cleartext backend needs the value of party ${call.owner}`);
        value(out.at, out.n);
      }),
  },

  open: {
    cost: nothing,
    step: ({ arithmetic }, _call, x, out) =>
      immediately(() => {
        if (out !== null) layout.copy(out.at, x.at, unitOf(arithmetic) * x.n);
      }),
  },

  verify: { cost: nothing, step: () => immediately(() => {}) },

  products: inTheClear((party, { terms, addend, trunc }, operands, out) => {
    const { arithmetic, local } = party;
    if (addend) local.copy(operands.at(-1)!, out);
    else layout.clear(out.at, unitOf(arithmetic) * out.n);
    terms.forEach((term, t) => {
      const x = operands[2 * t]!, y = operands[2 * t + 1]!;
      if (term.kind === "mul") arithmetic.mulAdd(x.at, y.at, out.at, out.n);
      else addMatrixProduct(party, term, x, y, out);
    });
    if (trunc !== null) truncate(party, out, trunc, out);
  }),

  trunc: inTheClear((party, { trunc }, [x], out) => truncate(party, x!, trunc, out)),

  piecewise: inTheClear(({ memory, arithmetic, local }, call, [x, factor], out) => {
    const { n, at } = x!;
    const short = call.table.find((column) => column.length !== call.thresholds.length + 1);
    if (short !== undefined) {
      throw new RangeError(`piecewise: ${call.thresholds.length} thresholds, but a column of ${short.length} values`);
    }
    arithmetic.piecewise(at, call, out.at, n);
    if (call.slopes === undefined) return;
    const bytes = unitOf(arithmetic) * out.n;
    const slope = memory.scratch(bytes), repeated = plainAt(out.shape, memory.scratch(bytes));
    arithmetic.piecewise(at, { ...call, table: call.slopes }, slope, n);
    local.read(factor!, { shape: [n, call.slopes.length], offset: 0, strides: [1, 0] }, repeated);
    arithmetic.mulAdd(slope, repeated.at, out.at, out.n);
  }),

  decompose: inTheClear(({ arithmetic }, { bits }, [x], out) => {
    const { maxBits } = arithmetic;
    if (!(bits >= 0 && bits <= maxBits)) {
      throw new RangeError(`decompose: ${bits} bits asked for, at most ${maxBits} exist`);
    }
    arithmetic.decompose(x!.at, bits, out.at, x!.n);
  }),

  shuffle: inTheClear(({ memory, hidden, local }, _call, [x], out) => {
    const height = x!.shape[0];
    if (height === undefined) throw new RangeError("shuffle: a scalar has no rows");
    const mark = memory.mark();
    const order = memory.scratch(4 * height);
    hidden.permutation(order, height);
    local.gather(x!, { count: height, at: order }, out);
    memory.release(mark);
  }),

  randomBits: inTheClear(({ memory, arithmetic, hidden }, _call, _operands, out) => {
    const { n, at } = out;
    const mark = memory.mark();
    const drawn = memory.scratch(wordBytes(n));
    hidden.bits(drawn, n, 1);
    layout.clear(at, unitOf(arithmetic) * n);
    for (let i = 0; i < n; i++) memory.words[at / 8 + arithmetic.limbs * i] = memory.words[drawn / 8 + i]!;
    memory.release(mark);
  }),
};

function nothing(_call: Call, parties: number): Cost {
  return free(parties);
}

/** An operation that computes when it is run. */
function inTheClear<K extends OperandCall["op"]>(
  compute: (party: PlainParty, call: CallOf<K>, operands: readonly Plain[], out: Plain) => void,
): Realisation<CallOf<K>, PlainParty, Plain> {
  return {
    cost: nothing,
    step: (party, call, operands, out) => immediately(() => compute(party, call, operands, out)),
  };
}

const NO_ROUNDS: readonly Round[] = [];

/** A step of no rounds: computes when it is run. */
function* immediately(compute: () => void): Step<void> {
  yield* NO_ROUNDS;
  compute();
}

function truncate({ memory, arithmetic, rounding: thresholdsOf }: PlainParty, x: Plain, trunc: Trunc, out: Plain) {
  const { bits, rounding } = trunc;
  const { maxShift } = arithmetic;
  if (!(bits >= 0 && bits <= maxShift)) throw new RangeError(`trunc: by ${bits} bits, not 0…${maxShift}`);
  const mark = memory.mark();
  let thresholds: number | null = null;
  if (rounding === "probabilistic") {
    thresholds = memory.scratch(wordBytes(x.n));
    thresholdsOf.bits(thresholds, x.n, bits);
  }
  arithmetic.truncate(x.at, thresholds, out.at, { n: x.n, bits });
  memory.release(mark);
}

/** Elements of patches in memory at a time. */
const PATCHES = 1 << 20;

/** out += x · y; of patches so many rows at a time. */
function addMatrixProduct({ memory, arithmetic, local }: PlainParty, term: Term, x: Plain, y: Plain, out: Plain): void {
  const { x: [m = 0, k = 0], y: [, n = 0], xOf, yOf } = term;
  const unit = unitOf(arithmetic);
  const mark = memory.mark();
  const taken = (from: Plain, window: Window): number => {
    const to = plainAt(window.shape, memory.scratch(unit * sizeOf(window.shape)));
    local.read(from, window, to);
    return to.at;
  };
  const right = yOf === undefined ? y.at : taken(y, yOf.window);
  if (xOf === undefined) arithmetic.matmulAdd(x.at, right, out.at, { m, k, n });
  else {
    for (const { row, rows, window } of rowParts(xOf.window, m, PATCHES)) {
      const mark = memory.mark();
      arithmetic.matmulAdd(taken(x, window), right, out.at + unit * n * row, { m: rows, k, n });
      memory.release(mark);
    }
  }
  memory.release(mark);
}
