/**
 * Stops a run in the clear at the first value that leaves its range, which shares cannot show.
 *
 * Setting: one party, no protection. A sum that wraps modulo 2^64 and comes back is right in every backend; so values that only lead
 * to a rounding or a comparison are checked there, with the bound of the call, and all others where they are computed.
 *
 * The run computes in the protocol's own words, so its results are those of a run without the check. What a word cannot show is
 * followed beside it: bounds of each register, and where these do not rule out that it wraps, its integers.
 *
 * @module
 */
import {
  endOf,
  type Instruction,
  type Op,
  operandsOf,
  OPERATIONS,
  type PiecewiseOp,
  type ProductOp,
  type Reg,
  type Tape,
} from "@symbolon/compiler";
import { type Shape, stridesOf } from "@symbolon/protocol";
import type { Look, Observe } from "./environment.ts";
import { exactResult, sumOfProducts } from "./exact_values.ts";
import {
  bitsRule,
  choiceRule,
  comparisonRule,
  kindRule,
  report,
  type Reporting,
  roundingRule,
  type Rule,
  wordRule,
} from "./range_report.ts";
import { joined, productMagnitude, productSpan, resultSpan, type Span, spanOf } from "./spans.ts";

/** How {@linkcode rangeCheck} reports. */
export interface RangeCheckOptions {
  /** Whether messages show the values themselves. */
  readonly showValues?: boolean;
}

/** Bits from which on a kind bounds no numbers of the program, only sums of products before their rounding. */
const RAW_BITS = 62;

/** What bounds are allowed to be off by, relative: they are float64, and what is nearer to a limit is computed exactly. */
const MARGIN = 2 ** -30;

/** Looks at each instruction's values; throws an `OutOfRangeError` that names the program's line. */
export function rangeCheck(tape: Tape, { showValues = false }: RangeCheckOptions = {}): Observe {
  const check = new RangeCheck(tape, showValues);
  return (instruction, look) => check.see(instruction, look);
}

/** What a rule is held against: bounds first, integers only where these do not do. */
interface Subject {
  readonly shape: Shape;
  readonly f: number;
  /** What the bounds are made of. */
  readonly from: readonly Reg[];
  readonly span: () => Span;
  /** A closer bound of the magnitude, where there is one. */
  readonly closer?: () => number;
  readonly values: () => readonly bigint[];
}

class RangeCheck {
  readonly #later: ReadonlySet<Reg>;
  readonly #times = new Map<Instruction, number>();
  /** Bounds of what instructions have written; loops' carried values have none, since they change between the passes. */
  readonly #spans = new Map<Reg, Span>();
  /** Bounds of carried values, for as long as one instruction is looked at. */
  readonly #carried = new Map<Reg, Span>();
  /** The integers of registers that hold them modulo 2^64 only. */
  readonly #beyond = new Map<Reg, readonly bigint[]>();
  #look!: Look;

  constructor(readonly tape: Tape, readonly showValues: boolean) {
    this.#later = checkedLater(tape);
  }

  see(instruction: Instruction, look: Look): void {
    const time = (this.#times.get(instruction) ?? 0) + 1;
    this.#times.set(instruction, time);
    this.#look = look;
    this.#carried.clear();
    const hold = (rule: Rule, subject: Subject) =>
      this.#hold(rule, subject, instruction, { time, showValues: this.showValues });
    this.#operands(instruction, hold);
    this.#result(instruction, hold);
  }

  /** What an operation asks of its operands. */
  #operands({ does, out }: Instruction, hold: (rule: Rule, subject: Subject) => void): void {
    switch (does.op) {
      case "trunc":
        hold(roundingRule("a rounding", this.#kind(does.x).f, does.trunc.bound), this.#subject(does.x));
        break;
      case "product": {
        for (const { x, choice } of does.terms) if (choice !== undefined) hold(choiceRule(choice), this.#subject(x));
        if (does.trunc === null) break;
        const what = does.terms.some((t) => t.kind === "matmul") ? "a matrix product" : "a product";
        const f = this.#kind(out[0]!).f + does.trunc.bits;
        hold(roundingRule(what, f, does.trunc.bound), { ...this.#sum(does), shape: this.#shape(out[0]!), f });
        break;
      }
      case "piecewise":
        hold(comparisonRule(this.#kind(does.x), does.bound), this.#differences(does));
        break;
      case "decompose":
        hold(bitsRule(does, this.#shape(out[0]!).at(-1)!), this.#subject(does.x));
        break;
    }
  }

  /** What the kind of a result asks. */
  #result(instruction: Instruction, hold: (rule: Rule, subject: Subject) => void): void {
    const { does, out: [to] } = instruction;
    const kind = this.#kind(to!);
    if (kind.type === "index") return;
    this.#beyond.delete(to!);
    const span = kind.secret ? this.#resultSpan(instruction, hold) : null;
    this.#spans.set(to!, span ?? this.#look.span(to!));
    // Public results are held in whole words and checked by every backend: a scale is no range.
    if (does.op !== "public" && !this.#later.has(to!)) hold(kindRule(does, kind), this.#subject(to!));
  }

  /** Bounds of a secret result as an integer; its integers are kept if a word does not hold them. */
  #resultSpan(instruction: Instruction, hold: (rule: Rule, subject: Subject) => void): Span | null {
    const { does, out: [to] } = instruction;
    const known = { span: (r: Reg) => this.#span(r), shapeOf: (r: Reg) => this.#shape(r) };
    const wraps = isExact(does) || does.op === "piecewise" || (does.op === "product" && does.trunc === null);
    let span = resultSpan(instruction, known);
    if (!wraps || span === null) return span;
    const rule = wordRule("");
    const operands = operandsOf(does);
    const isBeyond = operands.some((r) => this.#beyond.has(r));
    if (!isBeyond && inside(span, rule)) return span;
    for (const r of operands) this.#tighten(r);
    span = resultSpan(instruction, known)!;
    if (!isBeyond && inside(span, rule)) return span;
    if (!isBeyond && does.op === "product" && inside(aroundZero(this.#magnitude(does)), rule)) return null;
    const exact = exactResult(instruction, { shapeOf: known.shapeOf, read: (r) => this.#exact(r) });
    if (exact === null) {
      // The order of the rows is not to be had here.
      for (const r of operands) if (this.#beyond.has(r)) hold(kindRule(does, this.#kind(to!)), this.#subject(r));
      return span;
    }
    if (exact.some((v) => BigInt.asIntN(64, v) !== v)) this.#beyond.set(to!, exact);
    return spanOf(exact);
  }

  #hold(rule: Rule, subject: Subject, instruction: Instruction, reporting: Reporting): void {
    if (inside(subject.span(), rule)) return;
    for (const r of subject.from) this.#tighten(r);
    if (inside(subject.span(), rule)) return;
    if (subject.closer !== undefined && inside(aroundZero(subject.closer()), rule)) return;
    report(rule, { values: subject.values(), shape: subject.shape, f: subject.f }, instruction, reporting);
  }

  #subject(r: Reg): Subject {
    return {
      ...{ shape: this.#shape(r), f: this.#kind(r).f, from: [r] },
      span: () => this.#span(r),
      values: () => this.#exact(r),
    };
  }

  /** A sum of products before its rounding. */
  #sum(does: ProductOp): Pick<Subject, "from" | "span" | "closer" | "values"> {
    const shapeOf = (r: Reg) => this.#shape(r);
    const from = operandsOf(does);
    return {
      from,
      span: () => productSpan(does, { span: (r) => this.#span(r), shapeOf }),
      ...(from.some((r) => this.#beyond.has(r)) ? {} : { closer: () => this.#magnitude(does) }),
      values: () => sumOfProducts(does, { shapeOf, read: (r) => this.#exact(r) }),
    };
  }

  #magnitude(does: ProductOp): number {
    return productMagnitude(does, (r) => this.#shape(r), (r) => this.#look.numbers(r));
  }

  /** An operand less the thresholds: the extreme ones give the extreme differences. */
  #differences({ x, thresholds }: PiecewiseOp): Subject {
    const [first = 0n, last = 0n] = [thresholds[0], thresholds.at(-1)];
    const subject = this.#subject(x);
    const less = ({ low, high }: Span, t: number): Span => ({ low: low - t, high: high - t });
    return {
      ...subject,
      span: () => joined(less(subject.span(), Number(first)), less(subject.span(), Number(last))),
      values: () => subject.values().map((v) => v < first || v - first < last - v ? v - last : v - first),
    };
  }

  #span(r: Reg): Span {
    const known = this.#spans.get(r) ?? this.#carried.get(r);
    if (known !== undefined) return known;
    const span = this.#look.span(r);
    this.#carried.set(r, span);
    return span;
  }

  /** Bounds by the values themselves, in place of those that were worked out. */
  #tighten(r: Reg): void {
    if (this.#spans.has(r) && this.#kind(r).type !== "index" && !this.#beyond.has(r)) {
      this.#spans.set(r, this.#look.span(r));
    }
  }

  #exact(r: Reg): readonly bigint[] {
    return this.#beyond.get(r) ?? this.#look.exact(r);
  }
  #shape(r: Reg): Shape {
    return this.tape.registers[r]!.shape;
  }
  #kind(r: Reg) {
    return this.tape.registers[r]!.kind;
  }
}

/** Whether bounds keep a rule for certain. */
function inside({ low, high }: Span, rule: Rule): boolean {
  // For integers v ≥ low is v > low − 1, which leaves room for the margin at small limits too.
  return low > Number(rule.low - 1n) * (1 - MARGIN) && high < Number(rule.high) * (1 - MARGIN);
}

function aroundZero(magnitude: number): Span {
  return { low: -magnitude, high: magnitude };
}

/** Whether the result is the same modulo 2^64 whether the operands wrap or not. */
function isExact(does: Op): boolean {
  return does.op !== "repeat" && OPERATIONS[does.op].exact;
}

/** Registers whose values are checked where they are used, or that lead only to such a use. */
function checkedLater({ registers, body }: Tape): ReadonlySet<Reg> {
  /** Registers with a use that asks for a value in range. */
  const asked = new Set<Reg>();
  const later = new Set<Reg>();
  /** Sums are often more than the range holds, and divided afterwards. */
  const sums = new Set<Reg>();
  const asks = ({ does, out }: Instruction, r: Reg): boolean => {
    if (isExact(does)) return !later.has(out[0]!);
    if (does.op === "piecewise") return does.x !== r || does.slopes?.factor === r;
    const { kind } = registers[r]!;
    if (kind.type !== "fix" || (kind.bits < RAW_BITS && !sums.has(r))) return true;
    if (does.op === "product") return does.trunc === null && !later.has(out[0]!);
    return does.op !== "trunc" && does.op !== "decompose";
  };
  /** A function that asks for numbers in range takes them by a window of the whole tensor, which changes nothing else. */
  const isClaim = ({ x, offset, strides }: Extract<Op, { op: "window" }>, to: Reg): boolean => {
    const [from, { shape, kind }] = [registers[x]!, registers[to]!];
    const same = kind.f === from.kind.f && shape.length === from.shape.length &&
      shape.every((d, i) => d === from.shape[i]);
    return same && offset === 0 && stridesOf(shape).every((s, i) => s === strides[i]);
  };
  const collect = (block: Tape["body"]): void => {
    for (const { does, out } of block) {
      if (does.op === "repeat") collect(does.body);
      else if (does.op === "sum" || (does.op === "window" && sums.has(does.x) && !isClaim(does, out[0]!))) {
        sums.add(out[0]!);
      }
    }
  };
  collect(body);
  // Backwards: what comes after an instruction has been seen when it is.
  const visit = (block: Tape["body"]): void => {
    for (let i = block.length - 1; i >= 0; i--) {
      const instruction = block[i]!;
      const { does, out } = instruction;
      if (does.op === "repeat") {
        for (const r of [...does.init, ...endOf(does)]) asked.add(r);
        visit(does.body);
        continue;
      }
      for (const r of out) if (registers[r]!.kind.secret && !asked.has(r)) later.add(r);
      for (const r of operandsOf(does)) if (asks(instruction, r)) asked.add(r);
    }
  };
  visit(body);
  return later;
}
