/**
 * What the compiler knows of an operation, in one record: every concern has a place that must be filled.
 *
 * Passes, the verifier, the printer, the schedule and the check of ranges read these records; none of them lists operations of its own.
 *
 * @module
 */
import { type Call, sameShape, type Shape, sizeOf } from "@symbolon/protocol";
import { isWide, type Kind, type Reg, type Register } from "../registers.ts";

/** What the compiler knows of an operation of type D. */
export interface Operation<D> {
  /** The registers that it reads; where it is a call, in the order of the call's operands. */
  reads(does: D): readonly Reg[];
  /** The same on other registers. */
  rename(does: D, name: (r: Reg) => Reg): D;
  /** How many registers it writes. */
  readonly results: 0 | 1;
  /** Whether an instruction must stay and keep its place among others of its like: two that are written alike are not the same. */
  readonly effect: boolean;
  /** Whether the result is the same modulo 2^64 whether its operands wrap or not. */
  readonly exact: boolean;
  /** What must hold, in an order in which what comes later may rely on what comes before. */
  check(does: D, about: Checked): Iterable<Expectation>;
  /** As text, without its result. */
  show(does: D): string;
  /** The interactive operation that it is. Null: it sends nothing; a function that gives null: these operands need no messages. */
  readonly call: ((does: D, site: Site) => Call | null) | null;
}

/** An operation that is always a call, and one that never is. */
export type Interactive<D> = Operation<D> & { readonly call: (does: D, site: Site) => Call };
export type Local<D> = Operation<D> & {
  readonly call: null;
  /** Whether what its public operands hold may stop the run or say which memory is read. */
  readonly decides: boolean;
};

/** The member of a union of operations that has this name. */
export type Named<O, K> = O extends { readonly op: infer N } ? K extends N ? O : never : never;

/** Where a call stands: its turn, and the registers around it. */
export interface Site {
  readonly turn: number;
  /** Of the result; [] where there is none. */
  readonly shape: Shape;
  readonly register: (r: Reg) => Register;
}

/** Something that must hold, and what is said of an operation where it does not. */
export type Expectation = readonly [holds: boolean, what: string];

/** An operation's result and the registers around it, with the questions that checks ask. */
export interface Checked {
  /** The result; −1 where there is none. */
  readonly out: Reg;
  readonly shape: Shape;
  readonly kind: Kind;
  /** Whether the result is no list of indices. */
  readonly numbers: boolean;
  readonly register: (r: Reg) => Register;
  /** What the row numbers of a register are below; undefined if it holds none. */
  readonly rowsBelow: (r: Reg) => number | undefined;
  readonly shapeOf: (r: Reg) => Shape;
  readonly kindOf: (r: Reg) => Kind;
  /** The number of elements. */
  readonly sized: (r: Reg) => number;
  /** Whether all are secret. */
  readonly secret: (...regs: readonly Reg[]) => boolean;
  /** Whether all are public numbers. */
  readonly isPublic: (...regs: readonly Reg[]) => boolean;
  /** Whether all have the result's shape. */
  readonly like: (...regs: readonly Reg[]) => boolean;
  /** Whether a condition is one public number, if there is a condition. */
  readonly isFlag: (r: Reg | undefined) => boolean;
  /** Whether an element takes the same place in this register as in the result. */
  readonly heldAlike: (r: Reg) => boolean;
}

/** The result and the registers around it, for the checks of an operation. */
export function checked(
  out: readonly Reg[],
  { register, rowsBelow }: Pick<Checked, "register" | "rowsBelow">,
): Checked {
  const { shape, kind } = out.length === 1 ? register(out[0]!) : NOTHING;
  const shapeOf = (r: Reg) => register(r).shape;
  const kindOf = (r: Reg) => register(r).kind;
  const sized = (r: Reg) => sizeOf(shapeOf(r));
  const isPublic = (...regs: readonly Reg[]) => regs.every((r) => !kindOf(r).secret && kindOf(r).type !== "index");
  return {
    ...{ out: out[0] ?? -1, shape, kind, numbers: kind.type !== "index" },
    ...{ register, rowsBelow, shapeOf, kindOf, sized, isPublic },
    secret: (...regs) => regs.every((r) => kindOf(r).secret),
    like: (...regs) => regs.every((r) => sameShape(shapeOf(r), shape)),
    isFlag: (r) => r === undefined || (isPublic(r) && sized(r) === 1),
    heldAlike(r) {
      const x = kindOf(r);
      return x.secret === kind.secret && isWide(x) === isWide(kind) && (x.type === "index") === (kind.type === "index");
    },
  };
}

const NOTHING: Register = { shape: [], kind: { type: "int", bits: 64, f: 0, secret: false } };

/** Names of the fields of D that hold one register each. */
type RegisterField<D> = { [K in keyof D]-?: D[K] extends Reg ? K : never }[keyof D];

/** Reading and renaming of an operation whose registers stand in these fields, one each. */
export function fields<D extends object>(
  ...names: readonly RegisterField<D>[]
): Pick<Operation<D>, "reads" | "rename"> {
  return {
    reads: (does) => names.map((field) => does[field] as Reg),
    rename(does, name) {
      const other = { ...does };
      for (const field of names) other[field] = name(does[field] as Reg) as D[typeof field];
      return other;
    },
  };
}

/** Reading and renaming of an operation that reads nothing. */
export const NO_OPERANDS = {
  reads: (): readonly Reg[] => [],
  rename: <D>(does: D): D => does,
} as const;

/** `name %x` */
export function named({ op, x }: { readonly op: string; readonly x: Reg }): string {
  return `${op} %${x}`;
}

/** Values in a line, long lists shortened. */
export function list(values: readonly (bigint | number)[]): string {
  return values.length > 6 ? `${values.slice(0, 5).join(", ")}, … ${values.length}` : values.join(", ");
}

/** Whether n counts something. */
export function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

/** The most bits of a word that a backend takes apart or rounds away. */
export const WORD_BITS = 64;
