/**
 * Which kernel calls are cut into chunks for several threads, from which length on, and how their arguments go on from chunk to chunk.
 *
 * Texts are expressions in the kernel's parameters: `tools/build_kernels.ts` puts them into the wrappers.
 *
 * @module
 */

/** How calls of a kernel are cut: see `KernelCall` of `pool.ts`. */
export interface Cut {
  /** When other threads are asked for help: from some 50 µs of work on. */
  readonly long: string;
  /** One a parameter. */
  readonly moves: readonly string[];
  /** The parameter that counts the elements. */
  readonly total: string;
  readonly unit?: number;
  /** Elements a chunk, at least: what takes some 20 µs. */
  readonly least: string;
  readonly most?: number;
}

/** Elements from which a call is long. */
const LONG = 1 << 16;
/** Elements a chunk, at least. */
const LEAST = 1 << 14;
/** Bytes of planes that are copied from which a call is long. */
const COPIED = 1 << 20;
/** Transfers of a chunk. */
const TRANSFERS = 2048;
/** Rows of pads that are sliced together. */
const SLICE = 256;

/** A kernel on vectors of `count` elements. */
function elements(count: string, moves: readonly (string | number)[], unit?: number): Cut {
  return {
    long: `${count} >= ${LONG}`,
    moves: moves.map(String),
    total: count,
    least: String(LEAST),
    ...(unit === undefined ? {} : { unit }),
  };
}

/** Planes that are copied one by one. */
function planes(bytes: string, moves: readonly string[]): Cut {
  return { long: `planes * ${bytes} >= ${COPIED}`, moves, total: "planes", unit: 1, least: "1" };
}

/** A kernel on vectors of n elements of F_p, of which one with a product takes ten times as long as a word. */
function field(moves: readonly (string | number)[]): Cut {
  return { long: "n >= 4096", moves: moves.map(String), total: "n", least: "1024" };
}

/** A product of matrices over F_p: each chunk packs all of B once. */
function fieldRows(moves: readonly string[]): Cut {
  const least = `Math.max(8, Math.ceil(${1 << 12} / (k * n)))`;
  return { long: `m >= 16 && m * k * n >= ${1 << 14}`, moves, total: "m", unit: 8, least, most: 256 };
}

/** A product by blocks of rows: each chunk copies all of B once, and a chunk's part of A fits the second-level cache. */
function rows(moves: readonly string[]): Cut {
  const least = `Math.max(8, Math.ceil(${1 << 16} / (k * n)))`;
  return { long: `m >= 16 && m * k * n >= ${1 << 18}`, moves, total: "m", least, most: 256 };
}

const transfers = (moves: readonly string[]): Cut => ({
  ...{ long: `n > ${TRANSFERS}`, moves, total: "n", unit: TRANSFERS, least: String(TRANSFERS) },
});
const pads = (moves: readonly string[]): Cut => ({
  ...{ long: "n >= 4096", moves, total: "n", unit: SLICE, least: "1024" },
});

const COUNT = '"count"', SCRATCH = '"scratch"';
const binary = elements("n", [8, 8, 8, COUNT]);
const scalar = elements("n", [8, 0, 8, COUNT]);
/** Elements of a word of a plane. */
const BITS = 64;

/** By module and kernel. Others run in one thread. */
export const CUTS: Readonly<Record<string, Readonly<Record<string, Cut>>>> = {
  authenticated_bits: {
    addWhere: elements("n", [16, "1 / 8", 16, COUNT], BITS),
    addOffsetWhere: elements("n", [0, "1 / 8", 16, COUNT], BITS),
    unslice: elements("n", [16, COUNT, 16], SLICE),
    hashWords: { ...pads(["16", COUNT, "0", "0", "1", "16", SCRATCH]), unit: 4 },
  },
  ring: {
    add: binary,
    sub: binary,
    mul: binary,
    mulAdd: binary,
    negate: elements("n", [8, 8, COUNT]),
    addScalar: scalar,
    mulScalar: scalar,
    addWord: scalar,
    mulWord: scalar,
    replicatedMulAdd: elements("n", [8, 8, 8, 8, 8, COUNT]),
  },
  field: {
    add: field([16, 16, 16, COUNT]),
    sub: field([16, 16, 16, COUNT]),
    negate: field([16, 16, COUNT]),
    mul: field([16, 16, 16, COUNT]),
    mulAdd: field([16, 16, 16, COUNT]),
    addScalar: field([16, 0, 16, COUNT]),
    mulScalar: field([16, 0, 16, COUNT]),
    mulScalarAdd: field([16, 0, 16, COUNT]),
    reduce: field([16, 16, COUNT]),
    fromWords: field([8, 16, COUNT]),
    toWords: field([16, 8, COUNT]),
    inverse: {
      ...{ long: "n >= 64", moves: ["16", "16", COUNT, SCRATCH], total: "n" },
      ...{ unit: 16, least: "16" },
    },
  },
  field_products: {
    matmul: fieldRows(["16 * k", "0", "16 * n", COUNT, "0", "0", SCRATCH]),
    matmulTransposed: fieldRows(["16", "0", "0", "16 * n", COUNT, "0", "0", SCRATCH]),
    dot: {
      ...{ long: "rows >= 2 && rows * n >= 8192", moves: ["16 * n", "16 * n", COUNT, "0", "16", SCRATCH] },
      ...{ total: "rows", unit: 1, least: "Math.ceil(2048 / n)" },
    },
  },
  digits: {
    expandDigits: {
      ...{ long: "n >= 64", moves: ["0", "0", "0", "1 / 16", COUNT, "0", "16", "16", SCRATCH], total: "n" },
      ...{ unit: 16, least: "32" },
    },
  },
  layout: {
    pack: elements("n", [8, COUNT, 0, "bits / 8"], BITS),
    unpack: elements("n", ["bits / 8", COUNT, 0, 8], BITS),
  },
  bits: {
    toPlanes: elements("n", [8, COUNT, 0, "1 / 8", 0, SCRATCH], BITS),
    planeToWords: elements("n", ["1 / 8", COUNT, 8], BITS),
    xorInto: elements("words", [8, 8, COUNT]),
    // Tiles of 32 words a plane.
    evaluate: {
      long: `words >= 64 && words * count >= ${LONG}`,
      moves: ["0", "0", "8", "0", COUNT],
      total: "words",
      unit: 32,
      least: `Math.ceil(${LEAST} / count)`,
    },
    packPlanes: planes("bytes", ["stride", "0", COUNT, "0", "bytes"]),
    unpackPlanes: planes("bytes", ["bytes", "0", COUNT, "stride", "0"]),
    repeatPlanes: planes("wide", ["stride", "0", COUNT, "0", "0", "wide", "0"]),
    flipShares: elements("n", ["1 / 8", 8, COUNT, 0, 8], BITS),
    chooseShares: elements("n", ["1 / 8", 8, 8, COUNT, 8], BITS),
    combineStrided: {
      long: `n * terms * columns >= ${LONG}`,
      moves: ["8", "0", "0", COUNT, "0", "0", "8 * columns"],
      total: "n",
      least: `Math.ceil(${LEAST} / (terms * columns))`,
    },
  },
  chacha: {
    chacha12: { long: "groups >= 512", moves: ["0", "0", "4", "256", COUNT], total: "groups", unit: 1, least: "128" },
  },
  matmul: {
    matmul: rows(["8 * k", "0", "8 * n", COUNT, "0", "0", SCRATCH]),
    matmulTransposed: rows(["8", "0", "0", "8 * n", COUNT, "0", "0", SCRATCH]),
  },
  ot: {
    receive: transfers(["0", "0", `1 / ${TRANSFERS}`, COUNT, "1 / 8", "128 / k / 8", "16", SCRATCH]),
    send: transfers(["0", "0", `1 / ${TRANSFERS}`, COUNT, "128 / k / 8", "0", "16", SCRATCH]),
  },
  pads: {
    padWords: pads(["16", COUNT, "0", "0", "1", "8", SCRATCH]),
    padBits: pads(["16", COUNT, "0", "0", "1", "1 / 8", SCRATCH]),
  },
  trunc: {
    offer: elements("n", [8, 8, 8, COUNT, 0, 0, 8]),
    learn: elements("n", [8, 8, 8, 8, COUNT, 0, 0, 8, 8]),
    settle: elements("n", [8, 8, 8, 8, COUNT, 0, 0, 8]),
    lift: elements("n", [8, 8, COUNT, 0, 0, 8]),
    halve: elements("n", [8, COUNT, 0, 8]),
  },
};
