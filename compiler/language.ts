/**
 * What programs use besides the tensors' methods: the types by name, inputs, loops, printing.
 *
 * @module
 */
import type { PartyId, Shape } from "@symbolon/protocol";
import { type Data, elementOf, tableOf } from "./data.ts";
import { Declared } from "./declared.ts";
import { input, type InputOptions, type InputSource, inputVia } from "./inputs.ts";
import { checkPrecision, encode, index, publicFix, publicInt, secretFix, secretInt } from "./kinds.ts";
import { constant, Public, Regint, RowIndices } from "./public.ts";
import { checkShape, show } from "./shapes.ts";
import type { Kind, Reg } from "./tape.ts";
import { Secret, shared } from "./tensor.ts";
import { tracer, where } from "./tracer.ts";

/** The secret integers of 64 bits. */
export type sint = Secret;
/** The secret fixed-point numbers. */
export type sfix = Secret;
/** The public integers. */
export type cint = Public;
/** The public fixed-point numbers. */
export type cfix = Public;
/** The public integers known at run time only. */
export type regint = Regint;

/** What `sint` and `sfix` have in common. */
export interface SecretType {
  /**
   * A tensor that one party brings.
   *
   * With data, this party's binary input file is written when the program is compiled; other parties leave the data out and
   * give its shape. A table is kept as it is, bytes as bytes, and must not change until the run ends.
   *
   * Cost (ring): 16 bytes an element, 1 round for each 2^20 elements.
   *
   * @throws {OutOfRangeError} if a value does not fit
   * @throws {RangeError} if a label is none of the `oneHot` classes
   */
  inputTensorVia(player: PartyId, data?: Data, options?: InputOptions): Secret;
  /** A tensor from a party's input file: text by default, see {@linkcode InputSource}. */
  inputFrom(player: PartyId, source: InputSource): Secret;
  /** A tensor that is filled later: see {@linkcode Declared}. */
  Tensor(shape: Shape): Declared;
  /** A public value as a secret one. */
  constant(value: Data): Secret;
}

/** Secret fixed-point numbers and their precision. */
export interface FixType extends SecretType {
  /** f fraction bits of k bits in all, for what follows: values v with |v| < 2^(k−f−1). */
  setPrecision(f: number, k: number): void;
  /** Rounds to nearest from here on: the same result in every backend, at a higher cost. */
  roundNearest(nearest?: boolean): void;
}

/** What `cint` and `cfix` have in common. */
export interface PublicType {
  /** A public tensor. @throws {OutOfRangeError} if a value does not fit */
  constant(value: Data): Public;
}

/** Public fixed-point numbers. */
export interface PublicFixType extends PublicType {
  /** A public number with more (or fewer) fraction bits than the program's precision. */
  precise(value: number, f: number): Public;
  /** Uniform values in [low, high) by a common coin: public, such as initial weights. */
  uniform(shape: Shape, low: number, high: number): Public;
}

function secretType(kindOf: () => Kind): SecretType {
  return {
    inputTensorVia: (player, data, options = {}) => inputVia(player, data, options, kindOf()),
    inputFrom: (player, source) => input(player, source.shape, kindOf(), source),
    Tensor: (shape) => new Declared(shape, kindOf()),
    constant: (value) => shared(mantissas(value, kindOf())),
  };
}

function publicType(kindOf: () => Kind): PublicType {
  return {
    constant: (value) => mantissas(value, kindOf()),
  };
}

/** The values as public mantissas of this kind. */
function mantissas(value: Data, kind: Kind): Public {
  const table = tableOf(value);
  const values = Array.from(table.data, (_, i) => encode(elementOf(table, i), kind));
  return constant(table.shape, values, { ...kind, secret: false });
}

/** Secret integers of 64 bits. */
export const sint: SecretType = secretType(() => secretInt);

/** Secret fixed-point numbers: 31 bits with 16 fraction bits unless set otherwise. */
export const sfix: FixType = {
  ...secretType(() => secretFix(tracer().precision)),
  setPrecision(f: number, k: number): void {
    const precision = { ...tracer().precision, f, k };
    checkPrecision(precision);
    tracer().precision = precision;
  },
  roundNearest(nearest = true): void {
    tracer().precision = { ...tracer().precision, rounding: nearest ? "nearest" : "probabilistic" };
  },
};

/** Public integers. */
export const cint: PublicType = publicType(() => publicInt);

/** Public fixed-point numbers. */
export const cfix: PublicFixType = {
  ...publicType(() => publicFix(tracer().precision)),
  precise(value: number, f: number): Public {
    const kind: Kind = { type: "fix", bits: 62, f, secret: false };
    return constant([], [encode(value, kind)], kind);
  },
  uniform(shape: Shape, low: number, high: number): Public {
    const kind = publicFix(tracer().precision);
    encode(low, kind);
    encode(high, kind);
    return new Public(tracer().emit({ op: "uniform", low, high }, checkShape(shape), kind), shape, kind);
  },
};

/**
 * A public permutation of the rows 0 … n−1, drawn at run time by a common coin; longer than n, it ends in random repeats.
 *
 * With it, batches are drawn by {@linkcode Secret.gather}.
 */
export function publicPermutation(n: number, length: number = n): RowIndices {
  if (!(Number.isInteger(n) && n > 0 && Number.isInteger(length) && length >= n)) {
    throw new RangeError(`${where()}Cannot permute ${n} rows in a list of ${length}`);
  }
  return new RowIndices(tracer().emit({ op: "permutation", n }, [length], index), length, n);
}

/**
 * Lets each party compute with n threads. Results, rounds and bytes stay the same; small tensors never leave the first thread.
 *
 * `--threads` on the command line overrides it.
 */
export function setNThreads(n: number): void {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`${where()}Cannot compute with ${n} threads: 1 is the least`);
  tracer().threads = n;
}

/** What goes round a loop. */
export type Carried = Secret | Public;

/** Settings of {@linkcode repeat}. */
export interface RepeatOptions<T extends readonly Carried[]> {
  /** What the loop counts, for progress messages: "epoch". */
  readonly unit?: string;
  /** Whether the pass that gives these values is the last one: a public number, 0 for no. */
  readonly until?: (next: Readonly<T>) => Public;
}

/**
 * Repeats `body` a public number of times.
 *
 * The body runs once while the program is traced: what changes from pass to pass is carried, and the index is a
 * {@linkcode Regint}, not a number. Returns what the last pass gives. A pass of the loop may name its unit for progress messages.
 *
 * `until`: a public number made of what a pass gives; the first pass after which it is not 0 is the last. Predicted costs then are
 * upper bounds.
 */
export function repeat<const T extends readonly Carried[]>(
  times: number,
  carry: T,
  body: (carry: T, index: Regint) => Readonly<T>,
  { unit, until }: RepeatOptions<T> = {},
): T {
  if (!Number.isInteger(times) || times < 0) throw new RangeError(`${where()}Cannot repeat ${times} times`);
  const t = tracer();
  const i = t.register([], index);
  const params = carry.map((c) => like(c, t.register(c.shape, c.kind)));
  const { block, value } = t.block(() => {
    const next = body(params as unknown as T, new Regint(i));
    next.forEach((v, k) => {
      const was = carry[k]!;
      if (v.shape.join() !== was.shape.join() || v.kind.f !== was.kind.f || v.kind.type !== was.kind.type) {
        throw new RangeError(
          `${where()}A loop's value ${k} changes from ${was.kind.type} of shape ${show(was.shape)} to ` +
            `${v.kind.type} of shape ${show(v.shape)}: it must stay as it is`,
        );
      }
    });
    return { results: next.map((v) => v.reg), stop: until === undefined ? null : scalar(until(next)).reg };
  });
  const out = carry.map((c) => t.register(c.shape, c.kind));
  t.append({
    op: "repeat",
    times,
    index: i,
    init: carry.map((c) => c.reg),
    params: params.map((p) => p.reg),
    body: block,
    ...value,
    unit: unit ?? null,
  }, out);
  return carry.map((c, k) => like(c, out[k]!)) as unknown as T;
}

function scalar(value: Public): Public {
  if (value.size !== 1) throw new RangeError(`${where()}A loop ends by one number, not by ${show(value.shape)}`);
  return value;
}

function like(c: Carried, reg: Reg): Carried {
  return c instanceof Secret ? new Secret(reg, c.shape, c.kind) : new Public(reg, c.shape, c.kind);
}

/** What a line is made of. */
type Printed = Public | Regint | number | string;

/** Prints a line; each %s is replaced by the next public tensor, string or number. %% prints %. */
export function printLn(format: string, ...args: readonly Printed[]): void {
  appendPrint("printLn", undefined, format, args);
}

/** Prints a line, as {@linkcode printLn} does, if a public number is not 0 when the program runs. */
export function printLnIf(condition: Public, format: string, ...args: readonly Printed[]): void {
  appendPrint("printLnIf", flag("printLnIf", condition), format, args);
}

function appendPrint(name: string, when: Reg | undefined, format: string, args: readonly Printed[]): void {
  const rest = [...args];
  const regs: Reg[] = [];
  const line = format.replace(/%[s%]/g, (sign) => {
    if (sign === "%%") return "%%";
    const arg = rest.shift();
    if (arg === undefined) throw new RangeError(`${where()}${name}("${format}") has fewer arguments than %s`);
    if ((arg as unknown) instanceof Secret) {
      throw new TypeError(`${where()}Cannot print a secret: reveal() it first, if everybody may know it`);
    }
    if (!(arg instanceof Public) && !(arg instanceof Regint)) return String(arg).replaceAll("%", "%%");
    regs.push(arg.reg);
    return "%s";
  });
  if (rest.length > 0) throw new RangeError(`${where()}${name}("${format}") has more arguments than %s`);
  tracer().append({ op: "print", format: line, args: regs, ...(when === undefined ? {} : { when }) }, []);
}

/** How a figure is reported. */
export interface MetricOptions {
  /** A public number: the figure is reported only if it is not 0 when the program runs. */
  readonly when?: Public;
}

/** A named figure for the run's summary, such as "testAccuracy": a public scalar. */
export function metric(name: string, value: Public, { when }: MetricOptions = {}): void {
  if (value.size !== 1) {
    throw new RangeError(`${where()}The metric ${name} has shape ${show(value.shape)}: give a scalar`);
  }
  tracer().append(
    { op: "metric", x: value.reg, name, ...(when === undefined ? {} : { when: flag("metric", when) }) },
    [],
  );
}

/** One public number. */
function flag(what: string, condition: Public): Reg {
  if ((condition as unknown) instanceof Secret) {
    throw new TypeError(`${where()}${what}() depends on a public number, not on a secret: reveal() it first`);
  }
  if (condition.size !== 1) {
    throw new RangeError(`${where()}${what}() depends on one public number, not on ${show(condition.shape)}`);
  }
  return condition.reg;
}
