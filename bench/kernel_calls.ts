/**
 * The kernel calls that are measured, with what each does at least.
 *
 * Bytes are those of operands and results, each once. Operations are counted in the fastest algorithm known for 128-bit registers:
 * ChaCha has 4 additions, 4 exclusive ors and 4 rotations a quarter round (Bernstein 2008; two of the rotations are one
 * shuffle, two take three operations); a 64×64 bit matrix is transposed in 6 steps of 32 exchanges (Warren, Hacker's Delight,
 * section 7-3). Products of matrices and vectors count one scalar multiplication a product, as in plain C.
 *
 * @module
 */
import { bits, chacha12, field, layout, matmul, PartyMemory, ring, trunc } from "@symbolon/kernels";
import type { Load } from "./limits.ts";

/** Work of a kernel call, in billions a second: bytes, multiply-adds, operations on words. */
export type Unit = "GB/s" | "GMAC/s" | "Gop/s";

/** One call. */
export interface KernelCall {
  readonly name: string;
  readonly work: number;
  readonly unit: Unit;
  readonly load: Load;
  readonly call: () => void;
  /** Long enough that two threads share it. */
  readonly long?: boolean;
}

const LARGEST = 1_000_000;
const WORD = 8;
const memory = new PartyMemory();
const words = (n: number) => memory.allocate(WORD * n);
const a = words(LARGEST), b = words(LARGEST), c = words(LARGEST), d = words(LARGEST), out = words(LARGEST);
const scratch = memory.allocate(8192);
const key = memory.allocate(32);
for (const [i, at] of [a, b, c, d].entries()) chacha12(key, BigInt(i), 0n, at, LARGEST / 32);

/** Kernels that one thread does alone. */
const ALONE = ["mulScalar", "truncation: shift"];

/** Element by element on n words. */
function* vectors(): Generator<KernelCall> {
  for (const n of [10_000, 100_000, LARGEST]) {
    const each = (name: string, operands: number, multiplications: number, call: () => void): KernelCall => ({
      name: `${name}, ${n} words`,
      work: n,
      unit: "Gop/s",
      load: { bytes: operands * WORD * n, multiplications: multiplications * n },
      call,
      long: n > 10_000 && !ALONE.includes(name),
    });
    yield each("add", 3, 0, () => ring.add(a, b, out, n));
    yield each("mul", 3, 1, () => ring.mul(a, b, out, n));
    yield each("mulScalar", 2, 1, () => ring.mulScalar(a, 0x9e3779b97f4a7c15n, out, n));
    yield each("replicatedMulAdd", 6, 2, () => ring.replicatedMulAdd(a, b, c, d, out, n));
    yield each("truncation: offer", 4, 0, () => trunc.offer(a, b, c, n, 16, 64, out));
    yield each("truncation: lift", 3, 0, () => trunc.lift(a, b, n, 16, 64, out));
    yield each("truncation: shift", 2, 0, () => trunc.shift(a, n, 16, 1n, out));
  }
}

function* matrices(): Generator<KernelCall> {
  const shapes = [
    ...[[128, 128, 128], [128, 784, 128], [784, 128, 128], [512, 512, 512], [1000, 1000, 1000]],
    ...[[128, 784, 10], [1000, 1000, 1], [1, 1000, 1000]],
  ] as [number, number, number][];
  for (const [m, k, n] of shapes) {
    yield {
      name: `matmul ${m}×${k}×${n}`,
      work: m * k * n,
      unit: "GMAC/s",
      load: { bytes: WORD * (m * k + k * n + 2 * m * n), multiplications: m * k * n },
      call: () => matmul(a, b, out, m, k, n, scratch),
      long: m * k * n > 2e6,
    };
  }
}

/** Operations of a product in F_p: 25 of five limbs by five, four that fold, one at last; limbs, sums, carries, and both words again. */
const FIELD_PRODUCT = { multiplications: 30, scalars: 72 };
/** Of a sum: five additions, six comparisons, five that turn them into a mask. */
const FIELD_SUM = { scalars: 16 };
/** Products of sixteen bits and their sums, of ten limbs by ten, eight pairs of limbs at a time. */
const FIELD_VECTORS = 25;
/** Eight elements are cut into limbs together. */
const FIELD_LIMBS = 86 / 8;
const ELEMENT = 16;

/** F_p with p = 2^128 − 159. */
function* fields(): Generator<KernelCall> {
  const fieldScratch = memory.allocate(field.MATMUL_BYTES);
  for (const n of [10_000, 100_000]) {
    const each = (name: string, operands: number, load: Omit<Load, "bytes">, call: () => void): KernelCall => ({
      name: `field.${name}, ${n} elements`,
      work: n,
      unit: "Gop/s",
      load: {
        bytes: ELEMENT * operands * n,
        multiplications: (load.multiplications ?? 0) * n,
        scalars: (load.scalars ?? 0) * n,
        vectors: (load.vectors ?? 0) * n,
      },
      call,
      long: n > 10_000 && name !== "dot" && name !== "inverseNonzero",
    });
    yield each("add", 3, FIELD_SUM, () => field.add(a, b, out, n));
    yield each("mul", 3, FIELD_PRODUCT, () => field.mul(a, b, out, n));
    yield each("mulScalarAdd", 3, FIELD_PRODUCT, () => field.mulScalarAdd(a, b, out, n));
    const three = { multiplications: 3 * FIELD_PRODUCT.multiplications, scalars: 3 * FIELD_PRODUCT.scalars };
    yield each("inverseNonzero", 2, three, () => field.inverseNonzero(a, out, n, fieldScratch));
    const vectors = FIELD_VECTORS + 2 * FIELD_LIMBS;
    yield each("dot", 2, { vectors }, () => field.dot(a, b, 1, n, out, fieldScratch));
  }
  const shapes = [[128, 128, 128], [128, 784, 10], [300, 300, 1], [300, 2, 300]] as [number, number, number][];
  for (const [m, k, n] of shapes) {
    yield {
      name: `field.matmul ${m}×${k}×${n}`,
      work: m * k * n,
      unit: "GMAC/s",
      load: { bytes: ELEMENT * (m * k + k * n + 2 * m * n), vectors: FIELD_VECTORS * m * k * n },
      call: () => field.matmul(a, b, out, m, k, n, fieldScratch),
      long: m * k * n > 1e6,
    };
  }
}

/** 48 quarter rounds of 16 operations, 16 additions of the first state and 32 shuffles to put words in order: four blocks. */
const CHACHA12_VECTORS = 48 * 16 + 16 + 32;

function* generator(): Generator<KernelCall> {
  for (const bytes of [1024, 1 << 18, 1 << 20, 1 << 22]) {
    const groups = bytes / 256;
    yield {
      name: `chacha12, ${bytes} bytes`,
      work: bytes,
      unit: "GB/s",
      load: { bytes, vectors: CHACHA12_VECTORS * groups },
      call: () => chacha12(key, 0n, 0n, out, groups),
      long: bytes > 1024,
    };
  }
}

const WORDS = 100_000;

function* moves(): Generator<KernelCall> {
  for (const width of [1, 13, 16, 32, 63]) {
    const bytes = WORD * WORDS + width * WORDS / 8;
    // Mask, shift and merge; shift and mask. The common widths are loads and stores.
    const scalars = width % 16 === 0 ? 0 : WORDS;
    const both = (name: string, each: number, call: () => void): KernelCall => ({
      name: `${name}, ${WORDS} words, ${width} bits`,
      work: WORD * WORDS,
      unit: "GB/s",
      load: { bytes, scalars: each * scalars },
      call,
    });
    yield both("pack", 3, () => layout.pack(a, WORDS, width, out));
    yield both("unpack", 2, () => layout.unpack(a, WORDS, width, out));
  }
  const blocks = [
    ["rows", [[1000, 1000, 1000], [1000, 1, 1]]],
    ["transpose", [[1000, 1, 1000], [1000, 1000, 1]]],
    ["inner 3", [[250_000, 4, 4], [3, 1, 1]]],
  ] as const;
  for (const [name, dims] of blocks) {
    const spec = memory.allocate(24);
    memory.words32.set(dims.flat(), spec / 4);
    const bytes = WORD * dims[0][0] * dims[1][0];
    yield {
      name: `copyStrided, ${name}`,
      work: bytes,
      unit: "GB/s",
      load: { bytes: 2 * bytes },
      call: () => layout.copyStrided(a, out, spec, 2, 1, scratch),
    };
  }
  for (const [count, row] of [[2, 31], [128, 128], [1000, 784]] as const) {
    const rows = memory.allocate(4 * count);
    for (let i = 0; i < count; i++) memory.words32[rows / 4 + i] = i * 7919 % count;
    const bytes = WORD * count * row;
    yield {
      name: `gatherRows, ${count} of ${row} words`,
      work: bytes,
      unit: "GB/s",
      load: { bytes: 2 * bytes },
      call: () => layout.gatherRows(a, rows, count, WORD * row, out),
    };
  }
}

/** Exchanges of a block of 64 words that its first `rows` rows depend on, two at a time, of six operations each. */
function transposeVectors(rows: number): number {
  let exchanges = 0;
  for (let j = 32; j > 0; j >>= 1) exchanges += Math.ceil(rows / (2 * j)) * j;
  return 6 * exchanges / 2;
}

const PLANES = 200, INSTRUCTIONS = 300;

function* planes(): Generator<KernelCall> {
  const blocks = Math.ceil(WORDS / 64), stride = WORD * blocks;
  for (const width of [1, 8, 31, 64]) {
    yield {
      name: `toPlanes, ${WORDS} words, ${width} planes`,
      work: WORD * WORDS,
      unit: "GB/s",
      load: { bytes: WORD * WORDS + width * stride, vectors: blocks * transposeVectors(width) },
      call: () => bits.toPlanes(a, WORDS, width, out, stride, scratch),
    };
  }
  yield {
    name: `planeToWords, ${WORDS} words`,
    work: WORD * WORDS,
    unit: "GB/s",
    load: { bytes: stride + WORD * WORDS, scalars: 2 * WORDS },
    call: () => bits.planeToWords(a, WORDS, out),
  };
  yield {
    name: `flipShares, ${WORDS} words`,
    work: WORD * WORDS,
    unit: "GB/s",
    load: { bytes: stride + 2 * WORD * WORDS, scalars: 7 * WORDS },
    call: () => bits.flipShares(a, b, WORDS, 1n, out),
  };
  const program = memory.allocate(16 * INSTRUCTIONS);
  for (let i = 0; i < INSTRUCTIONS; i++) {
    const instruction = [i & 1, 100 + i % 100, i * 7 % PLANES, i * 13 % PLANES];
    memory.words32.set(instruction, program / 4 + 4 * i);
  }
  for (const words of [16, 512, LARGEST / PLANES]) {
    const bytes = WORD * words * INSTRUCTIONS;
    yield {
      name: `evaluate ${INSTRUCTIONS} instructions, ${64 * words} bits`,
      work: bytes,
      unit: "GB/s",
      // 32 words of each plane at a time.
      load: { bytes: 3 * bytes, touched: WORD * Math.min(32, words) * PLANES, vectors: bytes / 16 },
      call: () => bits.evaluate(program, INSTRUCTIONS, a, WORD * words, words),
      long: words > 512,
    };
  }
}

/** All calls. */
export const CALLS: readonly KernelCall[] = [
  ...vectors(),
  ...matrices(),
  ...fields(),
  ...generator(),
  ...moves(),
  ...planes(),
];
