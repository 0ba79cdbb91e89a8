/**
 * Oblivious shuffling and stable sorting of secret tensors along their first axis.
 *
 * Radix sort with "shuffle and reveal": where the rows of a digit go is computed on shares, the rows are shuffled together with
 * their destinations, the shuffled destinations are opened and the rows put there. What everybody sees is a uniform
 * permutation, whatever the keys. Hamada, Ikarashi, Chida, Takahashi 2014 (eprint 2014/121); Chida et al. 2019 (eprint 2019/695);
 * Asharov et al. 2022 (eprint 2022/1595).
 *
 * @module
 */
import { type Shape, sizeOf, stridesOf } from "@symbolon/protocol";
import { checkOptions, flag, having, shown, whole } from "./arguments.ts";
import { type Kind, publicInt, secretInt, show } from "./registers.ts";
import { repeat } from "./language.ts";
import { constant } from "./public.ts";
import { bitsOf as takenApart, concat, requireSecret, Secret, shared } from "./tensor.ts";
import { where } from "./locations.ts";
import { tracer } from "./tracer.ts";

/** Bits sorted by at a time: a digit costs the same rounds, and 2^3 local products, however few bits it has. */
const DIGIT = 3;
/** Digits that travel together, so that the rounds of fetching them are spent once. */
const GROUP = 2;
/** Products of some of a digit's bits, none left out. */
const MONOMIALS = 2 ** DIGIT - 1;

/** What is known of a key. */
export interface SortOptions {
  /**
   * How many low bits of the mantissas count: all bits of the type unless told. Keys v must have −2^(bits−1) ≤ v < 2^(bits−1), or
   * with `signed: false` 0 ≤ v < 2^bits; others are sorted by these bits alone. An sfix of f fraction bits has mantissa v · 2^f.
   */
  readonly bits?: number;
  /**
   * Whether keys may be negative; true unless told. An unsigned integer key of one bit costs nothing to take apart; it must hold 0
   * and 1, since with other values the opened places would no longer be a permutation and tell about them.
   */
  readonly signed?: boolean;
}

/** One of several keys. */
export interface SortKey extends SortOptions {
  /** One number a row. */
  readonly x: Secret;
}

/**
 * The rows of x in a fresh random order that nobody knows.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} if x is a scalar
 */
export function shuffle(x: Secret): Secret {
  requireSecret(x, "shuffle() takes");
  if (x.shape.length === 0) throw new RangeError(`${where()}Cannot shuffle a scalar: it has no rows`);
  return new Secret(tracer().emit({ op: "shuffle", x: x.reg }, x.shape, x.kind), x.shape, x.kind);
}

/**
 * Where each row goes when rows are sorted by their keys, ascending and stable: integers 0 … n−1, for {@linkcode applySort}.
 *
 * Several keys are compared one after the other, the first one decides first: `[{ x: group, bits: 4 }, { x: value }]`.
 *
 * Cost: docs/complexity.md. Rounds grow with the bits, three of which are sorted by at a time, and not with the rows; bytes with both.
 *
 * @throws {RangeError} if the keys are no vectors of the same length, or `bits` is none a key can have
 */
export function sortPermutation(keys: Secret | readonly SortKey[], options: SortOptions = {}): Secret {
  if (!(keys instanceof Secret || Array.isArray(keys))) {
    throw new TypeError(`${where()}Rows are sorted by a secret tensor, or by a list of keys { x, bits, signed }`);
  }
  checkOptions("Sorting", options, { bits: whole(1), signed: flag });
  const list: readonly SortKey[] = keys instanceof Secret ? [{ ...options, x: keys }] : keys;
  for (const key of list) {
    checkOptions("A key to sort by", key, {
      x: having("a secret tensor", "lessThan", "reveal"),
      bits: whole(1),
      signed: flag,
    });
    requireSecret(key.x, "Rows are sorted by");
  }
  const first = list[0];
  if (first === undefined) throw new RangeError(`${where()}Cannot sort by no keys`);
  for (const { x } of list) {
    if (x.shape.length !== 1 || x.length !== first.x.length) {
      throw new RangeError(
        `${where()}Cannot sort by keys of shapes ${list.map((k) => show(k.x.shape)).join(", ")}: ` +
          `each is a vector with one number a row`,
      );
    }
  }
  const n = first.x.length;
  if (n < 2) return rowNumbers(n);
  return order(columns(list.toReversed().map(bitsOf)));
}

/**
 * The rows of x sorted by {@linkcode sortPermutation}: row i goes to place order[i]. Several tensors at once cost one opening.
 *
 * The values of `order` are opened in a random order, so it must hold each of 0 … n−1 once; a run stops with a RangeError if not.
 *
 * Cost: docs/complexity.md; rounds depend neither on the rows nor on their width.
 *
 * @throws {RangeError} if x has not as many rows as there are places
 */
export function applySort(order: Secret, x: Secret): Secret;
/** The same for several tensors. */
export function applySort<const T extends readonly Secret[]>(order: Secret, x: T): { [K in keyof T]: Secret };
export function applySort(order: Secret, x: Secret | readonly Secret[]): Secret | readonly Secret[] {
  requireSecret(order, "applySort() takes an order that is");
  if (x instanceof Secret) return applySort(order, [x])[0];
  if (!Array.isArray(x)) {
    throw new TypeError(`${where()}applySort() sorts a tensor or a list of tensors, not ${shown(x)}`);
  }
  for (const part of x) requireSecret(part, "applySort() sorts");
  for (const { shape } of x) {
    if (shape[0] !== order.length) {
      throw new RangeError(
        `${where()}Cannot sort the rows of shape ${show(shape)} in an order of ${order.length} rows`,
      );
    }
  }
  return order.length < 2 ? x : place(order, x);
}

/**
 * Keys in ascending order, and with a payload also its rows in the order of their keys. Equal keys keep their order.
 *
 * Nothing is opened but uniform permutations. Cost: that of {@linkcode sortPermutation} and {@linkcode applySort}, see
 * docs/complexity.md: as many rounds however many rows.
 *
 * @throws {RangeError} if the keys are no vector, or the payload has another number of rows
 */
export function sort(keys: Secret, options?: SortOptions): Secret;
/** The same with a payload. */
export function sort(keys: Secret, payload: Secret, options?: SortOptions): [keys: Secret, payload: Secret];
export function sort(
  keys: Secret,
  payload?: Secret | SortOptions,
  options: SortOptions = {},
): Secret | [Secret, Secret] {
  if (!(payload instanceof Secret)) return applySort(sortPermutation(keys, payload), keys);
  if (payload.shape[0] !== keys.length) {
    throw new RangeError(`${where()}Cannot sort the rows of shape ${show(payload.shape)} by ${keys.length} keys`);
  }
  const [sorted, rows] = applySort(sortPermutation(keys, options), [keys, payload]);
  return [sorted, rows];
}

/** Bits of a key, lowest first, so that unsigned order is that of the keys: [n, bits]. */
function bitsOf({ x, bits = x.kind.bits, signed = true }: SortKey): Secret {
  if (!Number.isInteger(bits) || bits < 1 || bits > x.kind.bits) {
    throw new RangeError(`${where()}Cannot sort by ${bits} bits of a key: it has ${x.kind.bits}`);
  }
  const n = x.length;
  if (bits === 1 && !signed && x.kind.type === "int") return x.reshape([n, 1]);
  const all = takenApart(x, bits, signed ? "signed" : "unsigned");
  if (!signed) return all;
  const top = all.slice(bits - 1, bits, 1).neg().add(1);
  return bits === 1 ? top : all.slice(0, bits - 1, 1).concatColumns(top);
}

/** 0 … n−1. Local. */
function rowNumbers(n: number): Secret {
  return shared(1).broadcastTo([n]).cumsum().sub(1);
}

/** Tensors with the same number of rows side by side as a matrix of mantissas, whatever their kinds. */
function columns(parts: readonly Secret[]): Secret {
  const rows = parts[0]!.length;
  return concat(parts.map((p) => as(p, [rows, sizeOf(p.shape.slice(1))], secretInt)), 1);
}

/** The same mantissas as another kind. */
function as(x: Secret, shape: Shape, kind: Kind): Secret {
  const does = { op: "window", x: x.reg, offset: 0, strides: stridesOf(shape) } as const;
  return x.kind === kind ? x.reshape(shape) : new Secret(tracer().emit(does, shape, kind), shape, kind);
}

/** The rows of the tensors at the places `order`, which is opened in a fresh random order of the rows. */
function place<const T extends readonly Secret[]>(order: Secret, x: T): { [K in keyof T]: Secret } {
  const n = order.length;
  const mixed = shuffle(columns([order, ...x]));
  const rows = mixed.slice(0, 1, 1).reshape([n]).reveal().rows(n);
  const placed = mixed.slice(1, mixed.shape[1]!, 1).scatter(rows);
  let at = 0;
  return x.map(({ shape, kind }) => {
    const width = sizeOf(shape.slice(1));
    at += width;
    return as(placed.slice(at - width, at, 1), shape, kind);
  }) as { [K in keyof T]: Secret };
}

/**
 * Where rows go that are sorted by these bits: [n, bits], lowest first.
 *
 * The state is the place of every row in the order so far. A group of digits is fetched to these places and sorted by digit after
 * digit; row numbers travel along and are opened in the end, to bring the new places back to the rows.
 */
function order(bits: Secret): Secret {
  const [n, length] = bits.shape as [number, number];
  const digits = Math.ceil(length / DIGIT);
  const rest = Math.floor((digits - 1) / GROUP);
  // The first group is the odd one: it needs no fetching, and alone may have fewer bits.
  const before = length - rest * GROUP * DIGIT;
  const short = (before - 1) % DIGIT + 1;
  const first = [monomials(bits.slice(0, short, 1), short)];
  if (before > short) first.push(monomials(bits.slice(short, before, 1), DIGIT));
  const start = sortGroup(first, null);
  if (rest === 0) return start;
  const groups = monomials(bits.slice(before, length, 1), DIGIT)
    .reshape([n, rest, GROUP * MONOMIALS]).transpose([1, 0, 2]);
  const ids = rowNumbers(n);
  const numbers = constant([rest], Array.from({ length: rest }, (_, g) => BigInt(g)), publicInt).rows(rest);
  const [places] = repeat(rest, [start], ([places], g) => {
    const group = groups.gather(numbers, g, 1).reshape([n, GROUP * MONOMIALS]);
    const [here, id] = place(places, [group, ids]);
    const parts = Array.from({ length: GROUP }, (_, d) => here.slice(d * MONOMIALS, (d + 1) * MONOMIALS, 1));
    return [sortGroup(parts, id)];
  });
  return places;
}

/**
 * Sorts by digits that lie in the order so far, each as its monomials. `ids` are the numbers of the rows there, or null where each row
 * is still at its own place. Result: by row, its place.
 */
function sortGroup(digits: readonly Secret[], ids: Secret | null): Secret {
  const [digit, ...others] = digits as [Secret, ...Secret[]];
  const places = destinations(digit);
  if (others.length === 0) return ids === null ? places : place(ids, [places])[0];
  const [id, ...next] = place(places, [ids ?? rowNumbers(places.length), ...others]) as [Secret, ...Secret[]];
  return sortGroup(next, id);
}

/**
 * All products of the bits of each digit: [n, digits · width] to [n, digits · (2^width − 1)]. Of a digit, entry m − 1 is the product of
 * the bits in which m has a one.
 *
 * Cost: as many multiplications one after the other as a digit has bits after its first.
 */
function monomials(bits: Secret, width: number): Secret {
  if (width === 1) return bits;
  const n = bits.length, digits = bits.shape[1]! / width;
  const apart = bits.reshape([n, digits, width]);
  const [a, b, c] = Array.from({ length: width }, (_, i) => apart.slice(i, i + 1, 2)) as [Secret, Secret, Secret?];
  const side = (...parts: Secret[]) => concat(parts, 2);
  if (c === undefined) return side(a, b, a.mul(b)).reshape([n, digits * 3]);
  const pairs = side(a, a, b).mul(side(b, c, c));
  const [ab, ac, bc] = [0, 1, 2].map((i) => pairs.slice(i, i + 1, 2)) as [Secret, Secret, Secret];
  return side(a, b, ab, c, ac, bc, ab.mul(c)).reshape([n, digits * MONOMIALS]);
}

/**
 * Where rows go that are sorted by one digit, given as its monomials: [n, 2^width − 1] to [n].
 *
 * A row of digit v goes behind all rows of smaller digits and behind those of digit v before it: its place is a prefix sum over the
 * indicators of all digits, digit by digit. The indicators are sums of monomials; choosing the right prefix sum is one product.
 *
 * Cost: one multiplication, an element a row.
 */
function destinations(digit: Secret): Secret {
  const [n, products] = digit.shape as [number, number];
  const values = products + 1, width = Math.log2(values);
  let is = concat([shared(1).broadcastTo([1, n]), digit.transpose()], 0)
    .reshape([...new Array<number>(width).fill(2), n]);
  for (let axis = 0; axis < width; axis++) {
    const with1 = is.slice(1, 2, axis);
    is = concat([is.slice(0, 1, axis).sub(with1), with1], axis);
  }
  const before = is.getVector().cumsum().sub(1);
  const row = (x: Secret, v: number) => x.reshape([values, n]).slice(v, v + 1).reg;
  const terms = Array.from(
    { length: values },
    (_, v) => ({ kind: "mul", x: row(is, v), y: row(before, v), choice: 1 } as const),
  );
  const reg = tracer().emit({ op: "product", terms, addend: null, trunc: null }, [1, n], secretInt);
  return new Secret(reg, [1, n], secretInt).reshape([n]);
}
