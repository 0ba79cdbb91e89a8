/**
 * Random programs over all local and interactive operations, with odd shapes: what they give out does not depend on chance.
 *
 * @module
 */
import {
  cfix,
  cint,
  concat,
  type Program,
  program,
  type Public,
  publicPermutation,
  repeat,
  type Secret,
  sfix,
  shared,
  shuffle,
  sint,
} from "@symbolon/compiler";
import { relu } from "../ml/functional/mod.ts";

/** A tensor whose values have magnitudes up to `bound`. */
interface Entry<T> {
  readonly x: T;
  readonly bound: number;
}

/** Magnitudes that an operation may make: what all precisions hold, squares included. */
const MOST = 60;
const SHAPES = [[], [1], [3], [5], [0], [2, 3], [3, 1], [1, 5], [4, 3], [2, 1, 3], [3, 0], [1, 1, 1], [7, 2]] as const;

type Step = (pick: Pick) => void;

/** Choices and the tensors so far. */
interface Pick {
  /** A number from 0 to n − 1. */
  readonly below: (n: number) => number;
  readonly secret: (fits?: (x: Secret) => boolean) => Entry<Secret>;
  readonly public: () => Entry<Public>;
  readonly keep: (x: Secret, bound: number) => void;
  readonly keepPublic: (x: Public, bound: number) => void;
}

/** The program that these numbers choose. */
export function randomProgram(choices: readonly number[]): Program {
  return program("", {}, () => {
    let at = 0;
    const below = (n: number) => choices[at++ % choices.length]! % n;
    const secrets: Entry<Secret>[] = [];
    const publics: Entry<Public>[] = [];
    const pick: Pick = {
      below,
      secret: (fits = () => true) => {
        const fitting = secrets.filter(({ x }) => fits(x));
        return fitting.length === 0 ? secrets[0]! : fitting[below(fitting.length)]!;
      },
      public: () => publics[below(publics.length)]!,
      keep: (x, bound) => bound <= MOST && x.size <= 200 && void secrets.push({ x, bound }),
      keepPublic: (x, bound) => bound <= MOST && x.size <= 200 && void publics.push({ x, bound }),
    };
    const data = (shape: readonly number[], of: (v: number) => number) => ({
      shape,
      data: Array.from({ length: shape.reduce((n, d) => n * d, 1) }, () => of(below(9) - 4)),
    });
    for (let i = 0; i < 4; i++) {
      const shape = () => SHAPES[below(SHAPES.length)]!;
      pick.keep(sint.inputTensorVia(below(2), data(shape(), (v) => v)), 4);
      pick.keep(sfix.inputTensorVia(below(2), data(shape(), (v) => v / 4)), 1);
      pick.keepPublic(cint.constant(data(shape(), (v) => v)), 4);
      pick.keepPublic(cfix.constant(data(shape(), (v) => v / 2)), 2);
    }
    for (let i = 0; i < 14; i++) STEPS[below(STEPS.length)]!(pick);
    for (const { x } of secrets) x.reveal().output("secret");
    for (const { x } of publics) x.output("public");
  });
}

function broadcasts(x: readonly number[], y: readonly number[]): boolean {
  return x.toReversed().every((n, d) => {
    const m = y.at(-1 - d) ?? 1;
    return n === m || n === 1 || m === 1;
  });
}

const STEPS: readonly Step[] = [
  (p) => pair(p, (a, b) => p.keep(a.x.add(b.x), a.bound + b.bound)),
  (p) => pair(p, (a, b) => p.keep(a.x.sub(b.x), a.bound + b.bound)),
  (p) => pair(p, (a, b) => a.bound * b.bound <= MOST && p.keep(a.x.mul(b.x), a.bound * b.bound + 1)),
  (p) => {
    const a = p.secret();
    p.keep(a.x.neg(), a.bound);
  },
  (p) => {
    const [a, c] = [p.secret(), p.public()];
    if (!broadcasts(a.x.shape, c.x.shape)) return;
    p.keep(a.x.add(c.x), a.bound + c.bound);
    if (a.bound * c.bound <= MOST) p.keep(a.x.mul(c.x), a.bound * c.bound + 1);
  },
  (p) => {
    const a = p.secret((x) => x.shape.length === 2);
    if (a.x.shape.length !== 2) return;
    const b = p.secret((x) => x.shape.length === 2 && x.shape[0] === a.x.shape[1]);
    const bound = a.bound * b.bound * Math.max(1, a.x.shape[1]!) + 1;
    if (b.x.shape.length === 2 && b.x.shape[0] === a.x.shape[1] && bound <= MOST) p.keep(a.x.matmul(b.x), bound);
    if (a.bound * a.bound * a.x.shape[1]! < MOST) {
      p.keep(a.x.matmul(a.x.transpose()), a.bound ** 2 * Math.max(1, a.x.shape[1]!) + 1);
    }
  },
  (p) => {
    const a = p.secret((x) => x.shape.length > 0);
    if (a.x.shape.length === 0) return;
    const axis = p.below(a.x.shape.length), extent = a.x.shape[axis]!;
    p.keep(a.x.sum(axis), a.bound * Math.max(1, extent));
    p.keep(a.x.cumsum(), a.bound * Math.max(1, a.x.length));
    const from = p.below(extent + 1);
    p.keep(a.x.slice(from, from + p.below(extent - from + 1), axis), a.bound);
    p.keep(a.x.transpose(), a.bound);
    p.keep(concat([a.x, a.x.slice(0, extent, axis), a.x.slice(from, extent, axis)], axis), a.bound);
    // The order is a secret, the sum of the rows is not.
    p.keep(shuffle(a.x).sum(0), a.bound * Math.max(1, a.x.length));
  },
  (p) => {
    const a = p.secret();
    p.keep(a.x.reshape([a.x.size]), a.bound);
    p.keep(a.x.broadcastTo([2, ...a.x.shape]), a.bound);
    if (a.x.size === 0) return;
    const n = a.x.size, by = p.below(n);
    p.keep(a.x.window([2, 3], by, [0, by < n - 2 ? 1 : 0]), a.bound);
    p.keep(a.x.window([n], n - 1, [-1]), a.bound);
  },
  (p) => {
    const a = p.secret((x) => x.length > 0 && x.shape.length > 0);
    const n = a.x.length;
    if (a.x.shape.length === 0 || n === 0) return;
    const order = cint.constant(Array.from({ length: n }, (_, i) => (i + 1) % n)).rows(n);
    p.keep(a.x.scatter(order), a.bound);
    p.keep(a.x.gather(order, null, n), a.bound);
    const [sum] = repeat(n, [a.x.slice(0, 1).mul(0)], ([s], i) => [s.add(a.x.gather(order, i, 1))]);
    p.keep(sum, a.bound * n);
    p.keep(a.x.gather(publicPermutation(n), null, n).sum(0), a.bound * n);
  },
  (p) => {
    const a = p.secret();
    p.keep(a.x.lessThan(p.below(3) - 1), 1);
    p.keep(relu(a.x)[0], a.bound);
    p.keep(a.x.lessThan(0).ifElse(a.x.neg(), a.x), a.bound);
  },
  (p) => {
    const a = p.secret((x) => x.kind.type === "int");
    if (a.x.kind.type === "int" && a.x.size < 20) p.keep(a.x.bits(10), 1);
  },
  (p) => {
    const a = p.secret();
    p.keepPublic(a.x.reveal(), a.bound);
  },
  (p) => {
    const [a, b] = [p.public(), p.public()];
    if (!broadcasts(a.x.shape, b.x.shape)) return;
    p.keepPublic(a.x.add(b.x), a.bound + b.bound);
    p.keepPublic(a.x.sub(b.x), a.bound + b.bound);
    p.keepPublic(a.x.mul(b.x), a.bound * b.bound + 1);
    p.keepPublic(a.x.lessThan(b.x), 1);
    p.keepPublic(a.x.div(b.x.mul(b.x).add(1)), a.bound + 1);
  },
  (p) => {
    const a = p.public();
    p.keep(shared(a.x.round(0)), a.bound);
    p.keep(shared(a.x), a.bound);
    p.keepPublic(a.x.reshape([1, a.x.size]), a.bound);
    p.keepPublic(cfix.uniform([a.x.size], -1, 1).lessThan(2), 1);
  },
  (p) => {
    const [a, c] = [p.secret(), p.public()];
    const [x, n] = repeat(3, [a.x, c.x], ([x, n]) => [x.sub(a.x.mul(0)), n.mul(1)], { until: () => cint.constant(0) });
    p.keep(x, a.bound);
    p.keepPublic(n, c.bound);
  },
];

/** Two secrets whose shapes broadcast. */
function pair(p: Pick, then: (a: Entry<Secret>, b: Entry<Secret>) => void): void {
  const a = p.secret();
  const b = p.secret((x) => broadcasts(a.x.shape, x.shape));
  if (broadcasts(a.x.shape, b.x.shape)) then(a, b);
}
