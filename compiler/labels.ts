/**
 * What a learner expects of labels: checked where their owner brings them, since nobody sees them afterwards.
 *
 * Labels that the program computes cannot be followed to an input and are not checked.
 *
 * @module
 */
import { indicesOf, sameShape, stridesOf } from "@symbolon/protocol";
import { givenElement, type GivenPart } from "./data.ts";
import type { LabelCheck, LabelRule } from "./operations/steps.ts";
import type { Reg } from "./registers.ts";
import type { Secret } from "./tensor.ts";
import { where } from "./places.ts";
import { tracer } from "./tracer.ts";

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
    const part = t.givenTo(reg);
    if (part === undefined) t.expect(reg, check);
    else checkGiven(part, check);
  }
}

function checkGiven(part: GivenPart, check: LabelCheck): void {
  const wrong = wrongLabel(part.size, givenElement(part), check);
  if (wrong !== null) throw new RangeError(`${where()}${describe(check)}: element ${wrong} of ${part.size} is not`);
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
export function describe({ rule, what, limit }: LabelCheck): string {
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
