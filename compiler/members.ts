/**
 * What to write for members of tensors that other libraries have and these have not; used by the check of programs, and when a program
 * that has not been checked is traced.
 *
 * A tensor's methods are arithmetic, comparison, shapes, reductions and results; functions of its values are functions: `sigmoid(x)`.
 *
 * @module
 */
import { nearest } from "./nearest.ts";

/** Whose member is asked for. */
export type Receiver = "secret" | "public" | "index" | "rows";

/** Functions of the library that other libraries have as methods. */
const FUNCTIONS = [
  ...["abs", "argmax", "exp", "gelu", "inverseSqrt", "log", "log2", "max", "min", "reciprocal", "sigmoid"],
  ...["softmax", "softplus", "sqrt", "tanh", "shuffle", "sort"],
] as const;

/** Functions that do not exist under the name that they have elsewhere; `x` stands for the tensor. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  absolute: "abs(x)",
  relu: "relu(x)[0], which is followed by the derivative",
  max: "maximum(x, axis), or max(x, y) for the larger of two",
  min: "maximum(x.neg(), axis).neg(), or min(x, y) for the smaller of two",
  maximum: "maximum(x, axis), or max(x, y) for the larger of two",
  minimum: "min(x, y)",
  amax: "maximum(x, axis)",
  argmin: "argmax(x.neg(), axis)",
  argsort: "sortPermutation(x)",
  clamp: "min(max(x, low), high)",
  clip: "min(max(x, low), high)",
  log10: "log(x).mul(1 / Math.LN10)",
  rsqrt: "inverseSqrt(x)",
  sign: "x.greaterThan(0).sub(x.lessThan(0))",
  std: "sqrt(x.variance())",
  var: "x.variance()",
  average: "x.mean()",
  norm: "sqrt(x.square().sum())",
};

/** Methods under other names, of secret tensors. */
const METHODS: Readonly<Record<string, string>> = {
  T: "x.transpose()",
  t: "x.transpose()",
  permute: "x.transpose([…])",
  swapaxes: "x.transpose([…])",
  size: "x.size, the number of elements, or x.shape: they are no methods",
  shape: "x.shape: it is no method",
  length: "x.length: it is no method",
  dim: "x.shape.length",
  ndim: "x.shape.length",
  numel: "x.size",
  dtype: "x.kind",
  plus: "x.add(y)",
  minus: "x.sub(y)",
  subtract: "x.sub(y)",
  times: "x.mul(y)",
  multiply: "x.mul(y)",
  divide: "x.div(n) by a public number, divide(x, y) by a secret",
  negate: "x.neg()",
  negative: "x.neg()",
  pow: "x.square(), x.mul(x), …",
  power: "x.square(), x.mul(x), …",
  dot: "x.matmul(y), or x.mul(y).sum() for vectors",
  mm: "x.matmul(y)",
  bmm: "x.matmul(y) for each matrix",
  matMul: "x.matmul(y)",
  lt: "x.lessThan(y)",
  less: "x.lessThan(y)",
  gt: "x.greaterThan(y)",
  greater: "x.greaterThan(y)",
  le: "x.lessEqual(y)",
  lte: "x.lessEqual(y)",
  ge: "x.greaterEqual(y)",
  gte: "x.greaterEqual(y)",
  eq: "x.lessThan(y).add(x.greaterThan(y)).neg().add(1)",
  equal: "x.lessThan(y).add(x.greaterThan(y)).neg().add(1)",
  equals: "x.lessThan(y).add(x.greaterThan(y)).neg().add(1)",
  ne: "x.lessThan(y).add(x.greaterThan(y))",
  where: "bit.ifElse(a, b)",
  select: "bit.ifElse(a, b)",
  ternary: "bit.ifElse(a, b)",
  if_else: "bit.ifElse(a, b)",
  view: "x.reshape([…])",
  flatten: "x.getVector()",
  ravel: "x.getVector()",
  squeeze: "x.reshape([…])",
  unsqueeze: "x.reshape([…])",
  expand: "x.broadcastTo([…])",
  expandDims: "x.reshape([…])",
  repeat: "x.broadcastTo([…])",
  tile: "x.broadcastTo([…])",
  cat: "x.concat(y), or x.concatColumns(y)",
  append: "x.concat(y)",
  push: "x.concat(y)",
  hstack: "x.concatColumns(y)",
  vstack: "x.concat(y)",
  at: "x.row(i)",
  get: "x.row(i)",
  head: "x.slice(0, n)",
  item: "x.reveal(), if everybody may know it",
  open: "x.reveal(), if everybody may know it",
  print: 'printLn("%s", x.reveal()), if everybody may know it',
  print_reveal_nested: 'printLn("%s", x.reveal()), if everybody may know it',
  numpy: "x.reveal(), if everybody may know it: its value is known when the program runs",
  tolist: "x.reveal(), if everybody may know it: its value is known when the program runs",
  arraySync: "x.reveal(), if everybody may know it: its value is known when the program runs",
  data: "x.reveal(), if everybody may know it: its value is known when the program runs",
  value: "x.reveal(), if everybody may know it: its value is known when the program runs",
  map: "operations of whole tensors: each works on every element",
  forEach: "operations of whole tensors: each works on every element, or repeat() over rows",
  reduce: "x.sum(), or repeat() over rows",
  filter: "x.mul(bits) with bits 0 and 1: how many rows there are is public",
};

/** Of public tensors, whose values are known when the program runs. */
const PUBLIC: Readonly<Record<string, string>> = {
  reveal: "x alone: it is public already",
  greaterThan: "x.mul(-1).lessThan(…)",
  neg: "x.mul(-1)",
  square: "x.mul(x)",
  print: 'printLn("%s", x)',
};

const KINDS: Readonly<Record<Receiver, string>> = {
  secret: "A secret tensor",
  public: "A public tensor",
  index: "A loop's index",
  rows: "A list of row numbers",
};

/** What to write instead of going through one. */
const ITERATED: Readonly<Record<Receiver, string>> = {
  secret: "operations of whole tensors, which work on every element, or repeat() over its rows",
  public: "operations of whole tensors, which work on every element; its values are known when the program runs",
  index: "repeat() around what is to happen several times",
  rows: "gather() and scatter(), which take it as a whole",
};

/** What each has, for somebody who has never seen it. */
const MEMBERS: Readonly<Record<Receiver, string>> = {
  secret:
    "add, sub, mul, matmul, sum, lessThan, ifElse, reshape, slice, concat, reveal, …; other functions are no methods: sigmoid(x)",
  public: "add, sub, mul, div, lessThan, reshape, output, …",
  index: "add; gather() takes it",
  rows: "no methods; gather() and scatter() take it",
};

/**
 * What to say of a member that a tensor does not have.
 *
 * @param known the members that it has
 * @param x the tensor as the program writes it
 */
export function memberAdvice(receiver: Receiver, name: string, known: readonly string[], x = "x"): string {
  if (name === ITERATION) {
    return `${KINDS[receiver]} has no elements to go through here: write ${ITERATED[receiver]}`;
  }
  const instead = replacement(receiver, name)?.replace(/\bx\b/g, () => x);
  const missing = `${KINDS[receiver]} has no member "${name}"`;
  if (instead !== undefined) return `${missing}: write ${instead}`;
  const close = nearest(name, known);
  if (close !== undefined) return `${missing} (did you mean "${close}"?)`;
  const fn = receiver === "secret" ? nearest(name, FUNCTIONS) : undefined;
  return fn === undefined ? `${missing}. It has ${MEMBERS[receiver]}` : `${missing}: write ${fn}(${x}), the function`;
}

/** What to write for a member of another library; undefined if that is not known. */
function replacement(receiver: Receiver, name: string): string | undefined {
  if (receiver === "public") return own(PUBLIC, name);
  if (receiver !== "secret") return undefined;
  return own(ELSEWHERE, name) ?? own(METHODS, name) ??
    (FUNCTIONS.some((fn) => fn === name) ? `${name}(x), the function` : undefined);
}

function own(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Stands for going through a tensor's elements or rows, among the names of members. */
const ITERATION = "[Symbol.iterator]";

/** Names that the language, or tools that look at any object, ask for. */
const ASKED_OF_ALL = new Set(["then", "toJSON", "inspect", "nodeType", "asymmetricMatch", "cause"]);

/**
 * Makes every member that the objects of a class do not have an error that says what to write, instead of undefined.
 *
 * @param base the class at the root; what it has not is asked of the objects of all classes, and then refused
 */
export function refuseUnknownMembers(
  base: { readonly prototype: object },
  refuse: (receiver: object, name: string) => never,
): void {
  Object.setPrototypeOf(
    base.prototype,
    new Proxy(Object.create(Object.prototype), {
      get(target, name, receiver) {
        if (typeof name === "string" && !(name in target) && !ASKED_OF_ALL.has(name)) refuse(receiver, name);
        // What for, spreading and Array.from ask for.
        if (name === Symbol.iterator || name === Symbol.asyncIterator) refuse(receiver, ITERATION);
        return Reflect.get(target, name, receiver);
      },
    }),
  );
}

/** The members that an object's classes give it, without symbols and the constructor. */
export function membersOf(object: object): string[] {
  const names = new Set<string>();
  for (let at = Object.getPrototypeOf(object); at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    Object.getOwnPropertyNames(at).forEach((name) => names.add(name));
  }
  Object.keys(object).forEach((name) => names.add(name));
  names.delete("constructor");
  return [...names];
}
