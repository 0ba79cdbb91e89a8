/**
 * What every kernel computes, in plain BigInt: vectors are arrays of words below 2^64, a plane of n bits is one integer with
 * bit i for element i, and nothing is done in place.
 *
 * For tests only: the kernels are compared with these functions, which follow the definitions and not the speed.
 *
 * @module
 */

const WORD = 64;

/** The value mod 2^bits, from 0 on. */
export function low(value: bigint, bits: number): bigint {
  return BigInt.asUintN(bits, value);
}

/** The first `count` bytes of an integer, least significant first. */
export function toBytes(value: bigint, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

/** The integer with these bytes, least significant first. */
export function fromBytes(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** The first `count` words of an integer, least significant first: a plane as it lies in memory. */
export function toWords(value: bigint, count: number): bigint[] {
  return Array.from({ length: count }, (_, i) => low(value >> BigInt(WORD * i), WORD));
}

/** The integer with these words, least significant first. */
export function fromWords(words: readonly bigint[]): bigint {
  return words.reduceRight((value, word) => (value << 64n) | word, 0n);
}

/** x + y */
export function add(x: readonly bigint[], y: readonly bigint[]): bigint[] {
  return x.map((v, i) => low(v + y[i]!, WORD));
}

/** x − y */
export function sub(x: readonly bigint[], y: readonly bigint[]): bigint[] {
  return x.map((v, i) => low(v - y[i]!, WORD));
}

/** −x */
export function negate(x: readonly bigint[]): bigint[] {
  return x.map((v) => low(-v, WORD));
}

/** x · y */
export function mul(x: readonly bigint[], y: readonly bigint[]): bigint[] {
  return x.map((v, i) => low(v * y[i]!, WORD));
}

/** x · y / 2^shift of signed words, rounded to nearest, halves up. */
export function scaledProduct(x: bigint, y: bigint, shift: number): bigint {
  const exact = BigInt.asIntN(WORD, x) * BigInt.asIntN(WORD, y);
  return low(shift <= 0 ? exact << BigInt(-shift) : (exact + (1n << BigInt(shift - 1))) >> BigInt(shift), WORD);
}

/** x · 2^shiftX ± y · 2^shiftY */
export function scaledSum(x: bigint, shiftX: number, y: bigint, shiftY: number, minus: boolean): bigint {
  const right = y << BigInt(shiftY);
  return low((x << BigInt(shiftX)) + (minus ? -right : right), WORD);
}

/** out + x · y */
export function mulAdd(x: readonly bigint[], y: readonly bigint[], out: readonly bigint[]): bigint[] {
  return add(out, mul(x, y));
}

/** x + c for one word c */
export function addScalar(x: readonly bigint[], c: bigint): bigint[] {
  return x.map((v) => low(v + c, WORD));
}

/** x · c for one word c */
export function mulScalar(x: readonly bigint[], c: bigint): bigint[] {
  return x.map((v) => low(v * c, WORD));
}

/** n times the word c */
export function fill(c: bigint, n: number): bigint[] {
  return Array.from({ length: n }, () => low(c, WORD));
}

/** Σ_a x[o, a, i] for x of shape (outer, axis, inner) */
export function sumAxis(x: readonly bigint[], outer: number, axis: number, inner: number): bigint[] {
  const out = fill(0n, outer * inner);
  for (let o = 0; o < outer; o++) {
    for (let a = 0; a < axis; a++) {
      for (let i = 0; i < inner; i++) {
        out[o * inner + i] = low(out[o * inner + i]! + x[(o * axis + a) * inner + i]!, WORD);
      }
    }
  }
  return out;
}

/** The two summands that a party holds of each element of a vector. */
export type Pair = readonly [readonly bigint[], readonly bigint[]];

/** out + x0·y0 + x0·y1 + x1·y0: a party's part of a replicated product. */
export function replicatedMulAdd(x: Pair, y: Pair, out: readonly bigint[]): bigint[] {
  return out.map((v, i) => low(v + x[0][i]! * y[0][i]! + x[0][i]! * y[1][i]! + x[1][i]! * y[0][i]!, WORD));
}

/** Sizes of a matrix product: m×k by k×n. */
export interface Sizes {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** C + A · B, row-major. */
export function matmul(a: readonly bigint[], b: readonly bigint[], c: readonly bigint[], sizes: Sizes): bigint[] {
  const { m, k, n } = sizes;
  const out = [...c];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = c[i * n + j]!;
      for (let l = 0; l < k; l++) sum += a[i * k + l]! * b[l * n + j]!;
      out[i * n + j] = low(sum, WORD);
    }
  }
  return out;
}

/** A dimension of a strided copy, strides in elements. */
export interface Dimension {
  readonly extent: number;
  readonly from: number;
  readonly to: number;
}

/** Words of an element, and the elements that index 0 reads and writes. */
export interface Strided {
  readonly limbs: number;
  readonly from?: number;
  readonly to?: number;
}

/** `dst` after dst[to + Σ i_d · to_d] = src[from + Σ i_d · from_d] for every index (i_0, i_1, …), in row-major order. */
export function copyStrided(
  src: readonly bigint[],
  dst: readonly bigint[],
  dims: readonly Dimension[],
  { limbs, from = 0, to = 0 }: Strided,
): bigint[] {
  let elements = [{ from, to }];
  for (const dim of dims) {
    elements = elements.flatMap((at) =>
      Array.from({ length: dim.extent }, (_, i) => ({ from: at.from + i * dim.from, to: at.to + i * dim.to }))
    );
  }
  const out = [...dst];
  for (const at of elements) {
    for (let l = 0; l < limbs; l++) out[at.to * limbs + l] = src[at.from * limbs + l]!;
  }
  return out;
}

/** Rows rows[0], rows[1], … of `bytes` bytes each. */
export function gatherRows(src: Uint8Array, rows: readonly number[], bytes: number): Uint8Array {
  return Uint8Array.from(rows.flatMap((row) => [...src.subarray(row * bytes, (row + 1) * bytes)]));
}

/** `memory` after the bytes from `src` on are copied to `dst`, as if by way of a copy. */
export function copy(memory: Uint8Array, dst: number, src: number, bytes: number): Uint8Array {
  const out = memory.slice();
  for (let i = 0; i < bytes; i++) out[dst + i] = memory[src + i]!;
  return out;
}

/** Zero bytes. */
export function clear(bytes: number): Uint8Array {
  return new Uint8Array(bytes);
}

/** The low `bits` bits of each word, one after the other, in ⌈n · bits / 8⌉ bytes. */
export function pack(words: readonly bigint[], bits: number): Uint8Array {
  const joined = words.reduceRight((value, word) => (value << BigInt(bits)) | low(word, bits), 0n);
  return toBytes(joined, Math.ceil(words.length * bits / 8));
}

/** n values of `bits` bits, one after the other: the inverse of {@linkcode pack}. */
export function unpack(bytes: Uint8Array, n: number, bits: number): bigint[] {
  const joined = fromBytes(bytes);
  return Array.from({ length: n }, (_, i) => low(joined >> BigInt(i * bits), bits));
}

/** The low `bits` bits of the words as planes, lowest first. */
export function toPlanes(words: readonly bigint[], bits: number): bigint[] {
  return Array.from(
    { length: bits },
    (_, b) => words.reduceRight((plane, word) => (plane << 1n) | ((word >> BigInt(b)) & 1n), 0n),
  );
}

/** Bit i of the plane as word i, for n elements. */
export function planeToWords(plane: bigint, n: number): bigint[] {
  return Array.from({ length: n }, (_, i) => (plane >> BigInt(i)) & 1n);
}

/** dst ⊕ src */
export function xorInto(dst: readonly bigint[], src: readonly bigint[]): bigint[] {
  return dst.map((v, i) => v ^ src[i]!);
}

/** An instruction over planes: operation (0 = xor, 1 = and), destination, left, right. */
export type Instruction = readonly [operation: number, destination: number, left: number, right: number];

/** The planes after the program. */
export function evaluate(program: readonly Instruction[], planes: readonly bigint[]): bigint[] {
  const out = [...planes];
  for (const [operation, destination, left, right] of program) {
    out[destination] = operation === 1 ? out[left]! & out[right]! : out[left]! ^ out[right]!;
  }
  return out;
}

/** The first `bytes` bytes of each plane, plane after plane. */
export function packPlanes(planes: readonly bigint[], bytes: number): Uint8Array {
  return Uint8Array.from(planes.flatMap((plane) => [...toBytes(plane, bytes)]));
}

/** The inverse of {@linkcode packPlanes}: planes whose bits past 8 · `bytes` are 0. */
export function unpackPlanes(packed: Uint8Array, bytes: number, planes: number): bigint[] {
  return Array.from({ length: planes }, (_, p) => fromBytes(packed.subarray(p * bytes, (p + 1) * bytes)));
}

/** The first n bits of each plane `times` times over. */
export function repeatPlanes(planes: readonly bigint[], n: number, times: number): bigint[] {
  return planes.map((plane) => {
    let repeated = 0n;
    for (let t = 0; t < times; t++) repeated |= low(plane, n) << BigInt(t * n);
    return repeated;
  });
}

/** m + (1 − 2m) · λ for a public bit m of each element: one − share where the bit is set, the share elsewhere. */
export function flipShares(plane: bigint, share: readonly bigint[], one: bigint): bigint[] {
  return share.map((v, i) => (plane >> BigInt(i)) & 1n ? low(one - v, WORD) : v);
}

/** out[i, c] + Σ_j table[c, j] · v[j, i] for vectors v[j] of n words. */
export function combine(
  v: readonly (readonly bigint[])[],
  table: readonly (readonly bigint[])[],
  out: readonly bigint[],
): bigint[] {
  const columns = table.length;
  return out.map((word, at) => {
    const i = Math.floor(at / columns), row = table[at % columns]!;
    return low(row.reduce((sum, factor, j) => sum + factor * v[j]![i]!, word), WORD);
  });
}

/** Truncation by m bits in Z_2^ring. */
export interface Truncation {
  readonly m: number;
  readonly ring: number;
}

function topBit(value: bigint, ring: number): bigint {
  return (value >> BigInt(ring - 1)) & 1n;
}

/** e · topbit(r) − u mod 2^m: a holder of r to the learner. */
export function offer(of: Record<"r" | "e" | "u", bigint>, { m, ring }: Truncation): bigint {
  return low(of.e * topBit(of.r, ring) - of.u, m);
}

/** What the learner says to the others, from c = z + 2^(ring−2) + r. */
export function learn(
  of: Record<"c" | "e0" | "e2" | "s", bigint>,
  { m, ring }: Truncation,
): { delta: bigint; g: bigint } {
  const c = low(of.c, ring), wrapped = 1n - topBit(c, ring);
  return {
    delta: low(wrapped - of.e0 - of.e2, m),
    g: low((c >> BigInt(m)) - (1n << BigInt(ring - 2 - m)) - of.s, ring),
  };
}

/** `halve`: 1 − bit m−1 of r. */
export function halve(r: bigint, m: number): bigint {
  return 1n - ((r >> BigInt(m - 1)) & 1n);
}

/** −⌊r / 2^m⌋ + 2^(ring−m) · (delta · topbit(r) + u0 + u2): the summand that both holders of r know. */
export function settle(of: Record<"r" | "delta" | "u0" | "u2", bigint>, { m, ring }: Truncation): bigint {
  const carry = of.delta * topBit(of.r, ring) + of.u0 + of.u2;
  return low((carry << BigInt(ring - m)) - (low(of.r, ring) >> BigInt(m)), ring);
}

/** base + 2^(ring−m) · t: a summand of the learner. */
export function lift(of: Record<"base" | "t", bigint>, { m, ring }: Truncation): bigint {
  return low(of.base + (of.t << BigInt(ring - m)), ring);
}

/** Whether selectors ask for row j in sum b of 128: see `ot_check.as.ts`. */
export function isSelected(selectors: Uint8Array, j: number, b: number): boolean {
  const byte = selectors[4096 * (j >> 8) + 64 * (j & 63) + (b & 63)]!;
  return (byte >> ((b >> 6) * 4 + (j >> 6 & 3)) & 1) === 1;
}

/** The 128 sums of the rows that selectors ask for, of any width. */
export function combineRows(rows: readonly bigint[], selectors: Uint8Array): bigint[] {
  return Array.from(
    { length: 128 },
    (_, b) => rows.reduce((sum, row, j) => isSelected(selectors, j, b) ? sum ^ row : sum, 0n),
  );
}

/** What a keystream is made from. */
export interface KeystreamInput {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 64 bits. */
  readonly nonce: bigint;
  /** The first block, 64 bits. */
  readonly counter: bigint;
  /** 6 for ChaCha12, 10 for ChaCha20. */
  readonly doubleRounds: number;
}

const QUARTERS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;

/** `blocks` blocks of 64 bytes of ChaCha keystream. Bernstein, ChaCha, a variant of Salsa20, 2008; RFC 8439, section 2.3. */
export function chacha({ key, nonce, counter, doubleRounds }: KeystreamInput, blocks: number): Uint8Array {
  const out = new Uint8Array(64 * blocks);
  const constants = new TextEncoder().encode("expand 32-byte k");
  for (let b = 0; b < blocks; b++) {
    const position = toBytes(low(counter + BigInt(b), WORD), 8);
    const input = Uint8Array.from([...constants, ...key, ...position, ...toBytes(nonce, 8)]);
    const start = Array.from({ length: 16 }, (_, i) => Number(fromBytes(input.subarray(4 * i, 4 * i + 4))));
    const x = [...start];
    for (let r = 0; r < doubleRounds; r++) for (const at of QUARTERS) quarterRound(x, at);
    x.forEach((v, i) => out.set(toBytes(BigInt((v + start[i]!) >>> 0), 4), 64 * b + 4 * i));
  }
  return out;
}

/** RFC 8439, section 2.1. */
function quarterRound(x: number[], [a, b, c, d]: readonly [number, number, number, number]): void {
  const steps = [[a, b, d, 16], [c, d, b, 12], [a, b, d, 8], [c, d, b, 7]] as const;
  for (const [sum, other, turned, by] of steps) {
    x[sum] = (x[sum]! + x[other]!) >>> 0;
    const v = x[turned]! ^ x[sum]!;
    x[turned] = ((v << by) | (v >>> (32 - by))) >>> 0;
  }
}
