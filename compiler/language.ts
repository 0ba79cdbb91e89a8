/**
 * What programs use besides the tensors' methods: the types by name, inputs, loops, printing.
 *
 * @module
 */
import type { PartyId, Shape } from "@symbolon/protocol";
import { callable, checkArgument, checkOptions, flag, real, type Rule, text, whole } from "./arguments.ts";
import type { Data } from "./data.ts";
import { Declared } from "./declared.ts";
import { inputFrom, type InputOptions, type InputSource, inputVia } from "./inputs.ts";
import {
  checkPrecision,
  checkShape,
  encode,
  index,
  isWide,
  type Kind,
  type Precision,
  publicFix,
  publicInt,
  type Reg,
  secretFix,
  secretInt,
  show,
} from "./registers.ts";
import { constant, Public, Regint, RowIndices } from "./public.ts";
import { Secret, shared } from "./tensor.ts";
import { where } from "./locations.ts";
import { tracer } from "./tracer.ts";
import { converted, dataValue } from "./values.ts";

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
   * Cost: docs/complexity.md; on the ring each 2^20 elements take a round of their own.
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
  /**
   * Secret bits that nobody knows: numbers of this type, 0 or 1 with equal probability, drawn anew each time and in each pass of a loop.
   *
   * ```ts
   * import { assert } from "@std/assert";
   * import { cint, program, repeat, run, sfix, sint } from "symbolon";
   *
   * const chance = program("dice and coins", {}, () => {
   *   // Four dice with 8 faces, three bits each.
   *   sint.randomBits([4, 3]).mul(cint.constant([1, 2, 4])).sum(1).add(1).reveal().output("faces");
   *   // How often a hundred coins show heads in 11 throws.
   *   const [heads] = repeat(10, [sfix.randomBits([100])], ([sum]) => [sum.add(sfix.randomBits([100]))]);
   *   heads.reveal().output("heads");
   * });
   *
   * for (const backend of ["emulate", "ring", "semi2k"] as const) {
   *   const { outputs, rounds, predicted } = await run(chance, { backend });
   *   const [faces, heads] = outputs.map(({ values }) => values.map(Number));
   *   assert(faces!.every((face) => face >= 1 && face <= 8));
   *   // All throws alike have probability 1e-193; the sum is seven standard deviations off with 3e-12.
   *   assert(heads!.some((count) => count > 1 && count < 10));
   *   assert(Math.abs(heads!.reduce((sum, count) => sum + count) - 550) < 116);
   *   assert(rounds === predicted.rounds);
   * }
   * ```
   *
   * Cost: docs/complexity.md.
   */
  randomBits(shape: Shape): Secret;
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
    inputFrom: (player, source) => inputFrom(player, source, kindOf()),
    Tensor: (shape) => new Declared(shape, kindOf()),
    constant: (value) => shared(mantissas(value, kindOf())),
    randomBits(shape) {
      const bits = new Secret(tracer().emit({ op: "randomBits" }, checkShape(shape), secretInt), shape, secretInt);
      return kindOf().type === "fix" ? bits.toFix() : bits;
    },
  };
}

function publicType(kindOf: () => Kind): PublicType {
  return {
    constant: (value) => mantissas(value, kindOf()),
  };
}

/** The values as public mantissas of this kind. */
function mantissas(data: Data, kind: Kind): Public {
  const { reg, shape, kind: made } = dataValue(data, kind);
  return new Public(reg, shape, made);
}

/** Secret integers of 64 bits. */
export const sint: SecretType = secretType(() => secretInt);

/** Secret fixed-point numbers: 31 bits with 16 fraction bits unless set otherwise. */
export const sfix: FixType = {
  ...secretType(() => secretFix(tracer().precision)),
  setPrecision(f: number, k: number): void {
    checkArgument("setPrecision(): f", f, whole(1, 40));
    checkArgument("setPrecision(): k", k, whole(3, 62));
    const precision = { ...tracer().precision, f, k };
    checkPrecision(precision);
    tracer().precision = precision;
  },
  roundNearest(nearest = true): void {
    checkArgument("roundNearest()", nearest, flag);
    tracer().precision = { ...tracer().precision, rounding: nearest ? "nearest" : "probabilistic" };
  },
};

/** Public integers. */
export const cint: PublicType = publicType(() => publicInt);

/** Public fixed-point numbers. */
export const cfix: PublicFixType = {
  ...publicType(() => publicFix(tracer().precision)),
  precise(value: number, f: number): Public {
    checkArgument("precise()", value, real());
    checkArgument("precise(): f", f, whole(0, 61));
    const kind: Kind = { type: "fix", bits: 62, f, secret: false };
    return constant([], [encode(value, kind)], kind);
  },
  uniform(shape: Shape, low: number, high: number): Public {
    checkArgument("uniform(): low", low, real());
    checkArgument("uniform(): high", high, real());
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
  checkArgument("publicPermutation()", n, whole(1, MOST));
  checkArgument("publicPermutation(): length", length, whole(n, MOST));
  return new RowIndices(tracer().emit({ op: "permutation", n }, [length], index), length, n);
}

/**
 * Lets each party compute with n threads, 1 to 256. Results, rounds and bytes stay the same; small tensors never leave the first thread.
 *
 * `--threads` on the command line overrides it.
 */
export function setNThreads(n: number): void {
  checkArgument("setNThreads()", n, whole(1, 256));
  tracer().threads = n;
}

/** Indices are 32-bit integers. */
const MOST = 2 ** 31 - 1;

/** What goes round a loop. */
export type Carried = Secret | Public;

/** Settings of {@linkcode repeat}. */
export interface RepeatOptions<T extends readonly Carried[]> {
  /** What the loop counts, for progress messages: "epoch". */
  readonly unit?: string;
  /** Whether the pass that gives these values is the last one: a public number, 0 for no. */
  readonly until?: (next: Readonly<T>) => Public;
  /** With `until`: go through all passes all the same, so that traffic and time do not tell which was the last. */
  readonly pad?: boolean;
}

/**
 * Repeats `body` a public number of times.
 *
 * The body runs once while the program is traced: what changes from pass to pass is carried, and the index is a
 * {@linkcode Regint}, not a number. It runs once more, and what the first time has recorded is dropped, if it makes a fraction that is
 * carried one beyond the range, as by adding an integer. Returns what the last pass gives. A pass of the loop may name its unit for progress messages.
 *
 * `until`: a public number made of what a pass gives; the first pass after which it is not 0 is the last. Predicted costs then are
 * upper bounds, and whoever sees the traffic sees how many passes there were. With `pad` all passes run: what comes after the last one
 * is computed, and what the body opens is opened, but changes, prints and gives out nothing.
 */
export function repeat<const T extends readonly Carried[]>(
  times: number,
  carry: T,
  body: (carry: T, index: Regint) => Readonly<T>,
  options: RepeatOptions<T> = {},
): T {
  checkArgument("repeat(): times", times, whole(0, MOST));
  if (!Array.isArray(carry) || !Array.from<unknown>(carry).every(isTensor)) {
    throw new TypeError(`${where()}repeat() carries a list of tensors from pass to pass, [] for none`);
  }
  checkArgument("repeat(): body", body, callable);
  checkOptions("repeat()", options, { unit: text, until: callable, pad: flag });
  const { unit, until, pad = false } = options;
  if (pad && until === undefined) {
    throw new TypeError(`${where()}repeat() pads a loop that ends early: give until as well`);
  }
  const t = tracer();
  const init = carry.map((c) => c.reg);
  const { precision } = t;
  let kinds = carry.map((c) => c.kind);
  let traced;
  do {
    t.precision = precision;
    traced = t.block(() => {
      const i = t.register([], index);
      const params = carry.map((c, k) => like(c, t.register(c.shape, kinds[k]!), kinds[k]!));
      // A loop that may end early need not get to its last pass.
      const next = body(params as unknown as T, until === undefined || pad ? new Regint(i, times - 1) : new Regint(i));
      checkCarried(next, carry);
      const wider = kinds.map((kind, k) => widened(kind, next[k]!.kind, precision));
      if (wider.some((kind, k) => kind !== kinds[k])) {
        kinds = wider;
        return null;
      }
      return {
        index: i,
        params: params.map((p) => p.reg),
        // A public value that is carried stays in as many words.
        results: next.map((v, k) => isWide(v.kind) === isWide(kinds[k]!) ? v.reg : converted(v, kinds[k]!).reg),
        stop: until === undefined ? null : scalar(until(next)).reg,
      };
    });
  } while (traced.value === null);
  const { block, value } = traced;
  const out = carry.map((c, k) => t.register(c.shape, kinds[k]!));
  t.append({
    op: "repeat",
    times,
    init,
    body: block,
    ...value,
    unit: unit ?? null,
    ...(pad ? { pad } : {}),
  }, out);
  return carry.map((c, k) => like(c, out[k]!, kinds[k]!)) as unknown as T;
}

/**
 * The kind that a carried value needs if a pass makes `next` of it: a fraction in the program's range that an integer was added to has
 * more bits then, and is compared by all of them; what is public, where it is added to a secret. What has another scale or more bits from the start has enough on purpose.
 */
function widened(kind: Kind, next: Kind, { f, k }: Precision): Kind {
  const inRange = kind.type === "fix" && kind.f === f && kind.bits <= k;
  return inRange && !isWide(next) && next.bits > kind.bits ? { ...kind, bits: next.bits } : kind;
}

function isTensor(v: unknown): v is Carried {
  return v instanceof Secret || v instanceof Public;
}

/** What a pass gives must be what the next one takes. */
function checkCarried(next: unknown, carry: readonly Carried[]): asserts next is readonly Carried[] {
  if (!Array.isArray(next) || next.length !== carry.length || !Array.from<unknown>(next).every(isTensor)) {
    throw new TypeError(
      `${where()}A loop's function returns a list of the tensors that the next pass starts with, as many as repeat() ` +
        `is given: ${carry.length}. It is no async function`,
    );
  }
  const name = ({ kind, shape }: Carried) =>
    `${kind.secret ? "secret" : "public"} ${kind.type} of shape ${show(shape)} with ${kind.f} fraction bits`;
  next.forEach((v: Carried, k) => {
    const was = carry[k]!;
    if (name(v) === name(was)) return;
    throw new RangeError(
      `${where()}A loop's value ${k} changes from ${name(was)} to ${name(v)}: it must stay as it is`,
    );
  });
}

function scalar(value: Public): Public {
  if (!(value instanceof Public)) {
    throw new TypeError(`${where()}until returns a public number: reveal() what it compares, if everybody may know it`);
  }
  if (value.size !== 1) throw new RangeError(`${where()}A loop ends by one number, not by ${show(value.shape)}`);
  return value;
}

function like(c: Carried, reg: Reg, kind: Kind): Carried {
  return c instanceof Secret ? new Secret(reg, c.shape, kind) : new Public(reg, c.shape, kind);
}

/** What is known when the program is compiled and can be printed. */
const PRINTED: Rule = {
  wanted: "a public tensor, a loop's index, a text or a number",
  judge: (value) => ["string", "number", "bigint", "boolean"].includes(typeof value) ? null : "type",
};

/** What a line is made of. */
export type Printed = Public | Regint | number | string;

/** Prints a line; each %s is replaced by the next public tensor, string or number. %% prints %. */
export function printLn(format: string, ...args: readonly Printed[]): void {
  appendPrint("printLn()", undefined, format, args);
}

/** Prints a line, as {@linkcode printLn} does, if a public number is not 0 when the program runs. */
export function printLnIf(condition: Public, format: string, ...args: readonly Printed[]): void {
  appendPrint("printLnIf()", conditionOf("printLnIf()", condition), format, args);
}

function appendPrint(name: string, when: Reg | undefined, format: string, args: readonly Printed[]): void {
  checkArgument(`${name}: the format`, format, text);
  const rest = [...args];
  const regs: Reg[] = [];
  const line = format.replace(/%[s%]/g, (sign) => {
    if (sign === "%%") return "%%";
    if (rest.length > 0 && rest[0] === undefined) {
      throw new TypeError(`${where()}${name.slice(0, -2)}("${format}"): what is printed is undefined`);
    }
    const arg = rest.shift();
    if (arg === undefined) {
      throw new RangeError(`${where()}${name.slice(0, -2)}("${format}") has fewer arguments than %s`);
    }
    if ((arg as unknown) instanceof Secret) {
      throw new TypeError(`${where()}Cannot print a secret: reveal() it first, if everybody may know it`);
    }
    if (!(arg instanceof Public) && !(arg instanceof Regint)) {
      checkArgument(`printLn("${format}"): what is printed`, arg, PRINTED);
      return String(arg).replaceAll("%", "%%");
    }
    regs.push(arg.reg);
    return "%s";
  });
  if (rest.length > 0) throw new RangeError(`${where()}${name.slice(0, -2)}("${format}") has more arguments than %s`);
  tracer().append({ op: "print", format: line, args: regs, ...(when === undefined ? {} : { when }) }, []);
}

/** How a figure is reported. */
export interface MetricOptions {
  /** A public number: the figure is reported only if it is not 0 when the program runs. */
  readonly when?: Public;
}

/** A named figure for the run's summary, such as "testAccuracy": a public scalar. */
export function metric(name: string, value: Public, options: MetricOptions = {}): void {
  checkOptions("metric()", options, { when: CONDITION });
  const { when } = options;
  checkArgument("metric(): the name", name, text);
  if (!(value instanceof Public)) {
    throw new TypeError(`${where()}The metric ${name} is a public tensor: reveal() a secret, if everybody may know it`);
  }
  if (value.size !== 1) {
    throw new RangeError(`${where()}The metric ${name} has shape ${show(value.shape)}: give a scalar`);
  }
  tracer().append(
    { op: "metric", x: value.reg, name, ...(when === undefined ? {} : { when: conditionOf("metric()", when) }) },
    [],
  );
}

/** What a condition must be; secrets have a message of their own. */
const CONDITION: Rule = {
  wanted: "a public tensor of one number",
  judge: (value) => isTensor(value) ? null : "type",
  hint: (value) =>
    ["boolean", "number", "bigint"].includes(typeof value)
      ? ": what is known while the program is traced goes into an if, or make one with cint.constant()"
      : "",
};

/** One public number. */
function conditionOf(what: string, condition: Public): Reg {
  if ((condition as unknown) instanceof Secret) {
    throw new TypeError(`${where()}${what} depends on a public number, not on a secret: reveal() it first`);
  }
  checkArgument(`${what}: the condition`, condition, CONDITION);
  if (condition.size !== 1) {
    throw new RangeError(`${where()}${what} depends on one public number, not on ${show(condition.shape)}`);
  }
  return condition.reg;
}
