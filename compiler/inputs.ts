/**
 * Inputs: what parties bring, and what learners expect of the labels among it: checked where their owner brings them, since nobody sees
 * them afterwards. Labels that the program computes cannot be followed to an input and are not checked.
 *
 * @module
 */
import { indicesOf, type PartyId, sameShape, type Shape, stridesOf } from "@symbolon/protocol";
import { checkOptions, either, flag, listOf, party, shown, whole } from "./arguments.ts";
import {
  broughtElement,
  type BroughtPart,
  broughtPart,
  type Data,
  elementOf,
  type OneHot,
  oneHotOf,
  type Table,
  tableOf,
} from "./data.ts";
import { checkShape, type Kind, type Reg, show } from "./registers.ts";
import { Secret } from "./tensor.ts";
import { where } from "./locations.ts";
import { tracer } from "./tracer.ts";
import type { LabelCheck, LabelRule } from "./operations/steps.ts";

/** Which of its input files a party reads. */
export interface InputFormat {
  /** Player-Data/Input-Binary-P<p>-0 instead of the text file Player-Data/Input-P<p>-0. */
  readonly binary?: boolean;
}

/** Where an input's values come from when the program brings none. */
export interface InputSource extends InputFormat {
  /** The tensor's shape: so many values are read, row by row. */
  readonly shape: Shape;
}

/** How a party brings a tensor. */
export interface InputOptions extends InputFormat {
  /** Shape of the data: needed where the program that is compiled has none, at the other parties. */
  readonly shape?: Shape;
  /**
   * Number of classes: the data are labels from 0 to oneHot − 1, and each becomes a row with a 1 at its place. The owner does
   * that before anything is shared. The tensor's shape is that of the data and [oneHot].
   *
   * True: one class more than the largest label, where the data is at hand. Everybody learns the number of classes, as they do of any shape,
   * and parties who compile without the data need it.
   */
  readonly oneHot?: number | boolean;
}

const dimensions = listOf(whole(0), "whole numbers from 0");

/** A tensor from a party's file: what `inputFrom` of a type does. */
export function inputFrom(owner: PartyId, source: InputSource, kind: Kind): Secret {
  checkOptions("inputFrom()", source, { shape: dimensions, binary: flag });
  return input(owner, source.shape, kind, source);
}

/** The owner's next values in reading order. @throws {RangeError} if there is no such party */
export function input(owner: PartyId, shape: Shape, kind: Kind, { binary = false }: InputFormat): Secret {
  if (party.judge(owner) !== null) {
    throw new RangeError(`${where()}Parties are numbered from 0 to 999: there is no party ${shown(owner)}`);
  }
  const source = binary ? "binary" : "text";
  return new Secret(tracer().emit({ op: "input", owner, source }, checkShape(shape), kind), shape, kind);
}

/** What {@linkcode SecretType.inputTensorVia} does, for a kind. */
export function inputVia(owner: PartyId, data: Data | undefined, options: InputOptions, kind: Kind): Secret {
  checkOptions("inputTensorVia()", options, { shape: dimensions, oneHot: either(flag, whole(1)), binary: flag });
  const { binary = true } = options;
  const table = data === undefined ? undefined : tableOf(data);
  const shape = table?.shape ?? options.shape;
  if (shape === undefined) throw new TypeError(`${where()}inputTensorVia() needs data or a shape`);
  if (options.shape !== undefined && options.shape.join() !== shape.join()) {
    throw new RangeError(`${where()}The data has shape ${show(shape)}, not ${show(options.shape)}`);
  }
  if (table !== undefined && !binary) {
    throw new TypeError(`${where()}Data that the program brings goes to the binary input: leave out binary: false`);
  }
  const oneHot = options.oneHot === true ? classesOf(table) : options.oneHot || undefined;
  const values = table && (oneHot === undefined ? table : oneHotOf(table, oneHot));
  const tensor = input(owner, oneHot === undefined ? shape : [...shape, oneHot], kind, { binary });
  if (values !== undefined) bring(owner, tensor, values);
  return tensor;
}

/** Classes of labels: one more than the largest. @throws {TypeError} without labels */
function classesOf(labels: Table | undefined): number {
  let classes = 0;
  for (let i = 0; i < (labels?.data.length ?? 0); i++) classes = Math.max(classes, elementOf(labels!, i) + 1);
  // A label that is no integer is refused by its place later on.
  if (classes > 0) return Math.ceil(classes);
  throw new TypeError(
    `${where()}oneHot: true counts the classes in the data, and here is none: give their number, oneHot: 10, which is ` +
      `the same at all parties`,
  );
}

function bring(owner: PartyId, { reg, kind }: Secret, values: Table | OneHot): void {
  tracer().bring(owner, reg, broughtPart(values, kind));
}

/** By how much the probabilities of a row may miss 1. */
const TOLERANCE = 0.01;

/**
 * Checks labels by a rule where they come from: at once, if the program brings them, or else when their owner's file is opened.
 *
 * @param what whose labels: for messages
 * @throws {RangeError} naming the first element that does not fit, never its value
 */
export function expectLabels(labels: Secret, rule: LabelRule, what: string): void {
  const t = tracer();
  const { f, k } = t.precision;
  const width = rule === "distribution" ? labels.size / Math.max(1, labels.length) : 1;
  for (const { reg, elements } of sourcesOf(labels.reg, width)) {
    const check: LabelCheck = { rule, what, width, limit: 2 ** (k - 1 - f), elements };
    const part = t.broughtTo(reg);
    if (part === undefined) t.expect(reg, check);
    else checkBrought(part, check);
  }
}

function checkBrought(part: BroughtPart, check: LabelCheck): void {
  const wrong = wrongLabel(part.size, broughtElement(part), check);
  if (wrong !== null) {
    throw new RangeError(`${where()}${describeLabels(check)}: element ${wrong} of ${part.size} is not`);
  }
}

/** The place of the first of an input's elements that breaks the rule; null: none does. */
export function wrongLabel(size: number, value: (i: number) => number, check: LabelCheck): number | null {
  const { rule, width, limit, elements } = check;
  const count = elements === null ? size : elements.length;
  const at = (i: number) => elements === null ? i : elements[i]!;
  for (let row = 0; row < count; row += width) {
    let sum = 0;
    for (let i = row; i < row + width; i++) {
      const v = value(at(i));
      if (!(rule === "number" ? v >= -limit && v < limit : v >= 0 && v <= 1)) return at(i);
      sum += v;
    }
    if (rule === "distribution" && Math.abs(sum - 1) > TOLERANCE) return at(row);
  }
  return null;
}

/** The rule in words. */
export function describeLabels({ rule, what, limit }: LabelCheck): string {
  const rules: Readonly<Record<LabelRule, string>> = {
    number: `numbers from −${limit} to ${limit} (scale them, or raise k with the word k<n>)`,
    probability: "0 or 1, or probabilities between them (write two classes as 0 and 1)",
    distribution: "one-hot rows, or probabilities that sum up to 1 in each row (bring classes with the option oneHot)",
  };
  return `The labels of ${what} must be ${rules[rule]}`;
}

/** Elements of an input, in rows of the width that was asked for; null: all in order. */
interface Source {
  readonly reg: Reg;
  readonly elements: readonly number[] | null;
}

/** The inputs that a tensor only arranges, each with what it uses of them; nothing where it is computed or arranged otherwise. */
function sourcesOf(reg: Reg, width: number): Source[] {
  const t = tracer();
  const does = t.definition(reg);
  const shape = t.registers[reg]!.shape;
  switch (does?.op) {
    case "input":
      return [{ reg, elements: null }];
    case "mulPublic":
      return scalesOnly(does, reg) ? sourcesOf(does.x, width) : [];
    case "gather":
      return sourcesOf(does.x, width);
    case "concat": {
      const rows = does.parts.every(({ x, strides }) => {
        const part = t.registers[x]!.shape;
        return width === 1 ||
          (sameShape(strides, stridesOf(part)) && part.slice(1).reduce((n, d) => n * d, 1) === width);
      });
      return rows ? does.parts.flatMap(({ x }) => sourcesOf(x, width)) : [];
    }
    case "window": {
      const inner = sourcesOf(does.x, width);
      const whole = does.offset === 0 && sameShape(does.strides, stridesOf(shape)) &&
        shape.reduce((n, d) => n * d, 1) === t.registers[does.x]!.shape.reduce((n, d) => n * d, 1);
      if (whole) return inner;
      // Through a list of rows or several parts, which elements are meant is known at run time only, or not one for one.
      if (inner.length !== 1 || !arrangesOneForOne(does.x)) return [];
      const [{ reg, elements }] = inner as [Source];
      return [{ reg, elements: [...indicesOf({ ...does, shape })].map((i) => elements === null ? i : elements[i]!) }];
    }
    default:
      return [];
  }
}

/** Whether element i of a register is the i-th element that {@linkcode sourcesOf} lists. */
function arrangesOneForOne(reg: Reg): boolean {
  const does = tracer().definition(reg);
  if (does?.op === "input") return true;
  return (does?.op === "window" || does?.op === "mulPublic") && arrangesOneForOne(does.x);
}

/** Whether a product only adds fraction bits: the numbers stay. */
function scalesOnly({ x, c }: { readonly x: Reg; readonly c: Reg }, out: Reg): boolean {
  const { registers } = tracer();
  const does = tracer().definition(c);
  const more = registers[out]!.kind.f - registers[x]!.kind.f;
  return does?.op === "constant" && does.values.length === 1 && more >= 0 && does.values[0] === 1n << BigInt(more);
}
