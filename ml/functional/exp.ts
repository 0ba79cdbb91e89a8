/**
 * The exponential function.
 *
 * With c the middle of the piece that x lies in, e^x = e^c · e^u for u = x − c. The pieces' e^c come from a table, e^u is a polynomial
 * of degree 4 whose linear coefficient is 1: the factor that makes it so is in the table. Pieces get wider where e^x is small.
 * The table holds 0 outside the range, so nothing is multiplied there.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { minimax, powers } from "./approximation.ts";
import { exact, lookUp, mantissa, RAW_BITS, saturated } from "./fixed_point.ts";

/** Half the width of the pieces where e^x is large: relative error 2^-17.5. */
const HALF_WIDTH = 0.4;
/** Fraction bits of the coefficients of u^4 and u^3, of u^2 and 1, and of u² where it meets the first. */
const [HIGH, LOW, SQUARE] = [13, 29, 17] as const;

/** e^u ≈ factor · (c0 + u + c2 u² + c3 u³ + c4 u⁴) */
interface Polynomial {
  readonly factor: number;
  readonly c0: number;
  readonly c2: number;
  readonly c3: number;
  readonly c4: number;
}

let polynomialKnown: Polynomial | undefined;

function polynomial(): Polynomial {
  if (polynomialKnown !== undefined) return polynomialKnown;
  const interval = [-HALF_WIDTH, HALF_WIDTH] as const;
  const weight = (u: number) => Math.exp(-u);
  const first = minimax(Math.exp, powers(0, 1, 2, 3, 4), interval, { weight }).coefficients;
  const [c3, c4] = [3, 4].map((i) => Math.round(first[i]! / first[1]! * 2 ** HIGH) / 2 ** HIGH) as [number, number];
  const basis = [() => 1, (u: number) => u + u ** 3 * (c3 + u * c4), (u: number) => u * u];
  const [a, factor, b] = minimax(Math.exp, basis, interval, { weight }).coefficients as [number, number, number];
  return polynomialKnown = { factor, c0: a / factor, c2: b / factor, c3, c4 };
}

/** x from `from` on is written as `middle` + u. */
interface Piece {
  readonly from: number;
  readonly middle: number;
}

/** Pieces from the right end `to` down to where e^x is below half a unit of the result; ascending. */
function pieces(to: number, f: number, out: number): Piece[] {
  const unit = 2 ** -f;
  const { factor, c0, c2, c3, c4 } = polynomial();
  const error = (u: number) => Math.abs(Math.exp(u) - factor * (c0 + u * (1 + u * (c2 + u * (c3 + u * c4)))));
  const bottom = -(out + 1) * Math.LN2;
  const list: Piece[] = [];
  let end = to;
  while (end > bottom) {
    const fits = (half: number) => {
      const scale = Math.exp(end - half);
      for (let i = -16; i <= 16; i++) if (error(half * i / 16) * scale > 2 ** -(out + 2)) return false;
      return true;
    };
    let half = HALF_WIDTH;
    while (half < 2 && fits(half * 1.02)) half *= 1.02;
    const from = Math.max(Math.ceil((end - 2 * half) / unit) * unit, Math.floor(bottom / unit) * unit);
    list.unshift({ from, middle: Math.round((from + end) / 2 / unit) * unit });
    end = from;
  }
  return list;
}

/**
 * e^x, element by element. From x = ln(2^(k−f−1)) on, about 9.70, the largest number; 0 below ln(2^-(f+1)), about −11.8.
 *
 * Error: below 2^-16 · e^x + 2.5 · 2^-f.
 *
 * Cost: docs/complexity.md; higher with k > 31.
 *
 * @throws {RangeError} if the program's precision is not supported
 */
export function exp(x: Secret): Secret {
  const { x: v, f, k } = saturated("exp()", x);
  const integer = k - 1 - f;
  const to = integer * Math.LN2 - 2 ** -16.5;
  return exponential(v, { k, integer, out: f, to, largest: 2 ** integer - 2 ** -f });
}

/** e^x for x ≤ 0 with 24 fraction bits, in as many rounds as `exp()`; exactly 1 from 0 on. Error: below 2^-17 e^x + 2^-22. */
export function expOfNegative(x: Secret): Secret {
  const { x: v, f, k } = saturated("exp()", x);
  return exponential(v, { k, integer: 0, out: Math.max(f, 24), to: 0, largest: 1 });
}

interface Range {
  readonly k: number;
  /** Integer bits of the results, and their fraction bits. */
  readonly integer: number;
  readonly out: number;
  /** From here on the result is `largest`. */
  readonly to: number;
  readonly largest: number;
}

function exponential(x: Secret, { k, integer, out, to, largest }: Range): Secret {
  const { f } = x.kind;
  const { factor, c0, c2, c3, c4 } = polynomial();
  const end = Math.ceil(to * 2 ** f) / 2 ** f;
  const list = pieces(end, f, out);
  const thresholds = [...list.map(({ from }) => mantissa(from, f)), mantissa(end, f)];
  const column = (bits: number, of: (p: Piece) => number, last = 0) => ({
    f: bits,
    values: [0n, ...list.map((p) => mantissa(of(p), bits)), mantissa(last, bits)],
  });
  const middles = column(f, (p) => p.middle);
  const scale = (bits: number) => column(bits, (p) => factor * Math.exp(p.middle));
  const inner = (u: Secret, square: Secret) =>
    square.mulRaw(exact(c4, HIGH)).add(u.mulRaw(exact(c3, HIGH))).add(exact(c2, HIGH + square.kind.f));
  if (k <= 31 && f <= SQUARE && integer + out + 2 * f <= RAW_BITS + 1) {
    // Everything is multiplied by e^c, which is 0 outside, before it is used; u² itself stays below 2^62.
    const limits = column(out + 1 + HIGH + SQUARE, () => 0, largest);
    const [c, power, limit] = lookUp(x, thresholds, [middles, scale(out + 2), limits]) as Three;
    const u = x.sub(c);
    const square = u.mulRaw(u);
    const quadratic = power.mulRaw(square).rescale(out + 1);
    return quadratic.mulRaw(inner(u, square.rescale(SQUARE)))
      .add(power.mulRaw(u.rescale(LOW))).add(power.mulRaw(exact(c0, LOW))).add(limit).rescale(out);
  }
  const bits = Math.min(28, 58 - out - integer);
  const [c, power, limit, inside] = lookUp(x, thresholds, [
    middles,
    scale(out + 1),
    column(out + 1 + bits, () => 0, largest),
    column(0, () => 1),
  ]) as [...Three, Secret];
  const u = inside.mulRaw(x).sub(c);
  const square = u.mulRaw(u).rescale(SQUARE + 4);
  const linear = u.rescale(SQUARE + 4 + HIGH).add(exact(c0, SQUARE + 4 + HIGH)).rescale(2 * (SQUARE + 4) + HIGH);
  const value = square.mulRaw(inner(u, square)).add(linear).rescale(bits);
  return power.mulRaw(value).add(limit).rescale(out);
}

type Three = [Secret, Secret, Secret];
