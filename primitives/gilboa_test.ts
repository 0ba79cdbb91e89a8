import { assert, assertEquals } from "@std/assert";
import { gilboa, PartyMemory } from "@symbolon/kernels";
import { BOUNDARY, sample } from "../kernels/testing/arena.ts";
import { matmulReceive, matmulSend, type MatrixSize, mulReceive, mulSend, type OtParty, productCost } from "./mod.ts";
import { dealtParties, runAll } from "./testing/ot.ts";

interface Pair {
  readonly party: OtParty;
  readonly memory: PartyMemory;
}

/** Runs X (party 1) times Y (party 0) and gives the sum of both shares, on top of what was there before. */
function multiply(
  pairs: readonly Pair[],
  x: readonly bigint[],
  y: readonly bigint[],
  size: MatrixSize | null,
): bigint[] {
  const n = size === null ? x.length : size[0] * size[2];
  const places = pairs.map(({ memory }, p) => {
    const factor = p === 0 ? y : x;
    const at = memory.allocate(8 * factor.length), out = memory.allocate(8 * n + 8);
    memory.words.set(factor, at / 8);
    memory.words.fill(5n, out / 8, out / 8 + n + 1);
    return { at, out };
  });
  const { traffic } = runAll(pairs, ({ party }, self) => {
    const { peer, send, receive } = party.links[0]!;
    const { at, out } = places[self]!;
    if (self === 0) {
      return size === null ? mulSend(send, peer, n, { y: at, out }) : matmulSend(send, peer, size, { y: at, out });
    }
    return size === null
      ? mulReceive(receive, peer, n, { x: at, out })
      : matmulReceive(receive, peer, size, { x: at, out });
  });
  const [count, width] = size === null ? [n, 1] : n === 0 ? [0, 1] : [size[0] * size[1], size[2]];
  const cost = productCost(count, width, pairs[0]!.party.k);
  assertEquals(traffic.map(({ rounds }) => rounds), [cost.rounds, cost.rounds]);
  assertEquals(traffic.map(({ sent }) => sent), [[0, cost.sender], [cost.receiver, 0]]);
  for (const [p, { memory }] of pairs.entries()) assertEquals(memory.words[places[p]!.out / 8 + n], 5n);
  return Array.from(
    { length: n },
    (_, i) =>
      BigInt.asUintN(64, pairs.reduce((sum, { memory }, p) => sum + memory.words[places[p]!.out / 8 + i]! - 5n, 0n)),
  );
}

Deno.test("shares of products add up mod 2^64: all pairs of boundary values, any number of them, any depth", () => {
  for (const k of [1, 2, 4, 8] as const) {
    const pairs = dealtParties(`products ${k}`, 2, k);
    const x = BOUNDARY.flatMap((value) => BOUNDARY.map(() => value)), y = BOUNDARY.flatMap(() => [...BOUNDARY]);
    assertEquals(multiply(pairs, x, y, null), x.map((value, i) => BigInt.asUintN(64, value * y[i]!)));
    for (const n of [0, 1, 31, 32, 33, 65]) {
      const [x, y] = [sample(n, 1), sample(n, 2)];
      assertEquals(multiply(pairs, x, y, null), x.map((value, i) => BigInt.asUintN(64, value * y[i]!)));
    }
    pairs.forEach(({ memory }) => memory.dispose());
  }
});

Deno.test("shares of matrix products add up mod 2^64, at the declared cost, for rows within and beyond a tile", () => {
  const pairs = dealtParties("matrices", 2);
  const sizes: MatrixSize[] = [[1, 1, 1], [1, 5, 1], [4, 3, 2], [7, 9, 5], [2, 3, 63], [2, 2, 64], [3, 2, 65], [
    1,
    2,
    200,
  ]];
  for (const size of [...sizes, [0, 3, 2], [3, 0, 2], [3, 2, 0]] as MatrixSize[]) {
    const [m, k, n] = size;
    const x = sample(m * k, 3), y = sample(k * n, 4);
    const expected = Array.from({ length: m * n }, (_, at) => {
      const i = Math.floor(at / n), j = at % n;
      let sum = 0n;
      for (let l = 0; l < k; l++) sum += x[i * k + l]! * y[l * n + j]!;
      return BigInt.asUintN(64, sum);
    });
    assertEquals(multiply(pairs, x, y, size), expected);
  }
});

Deno.test("corrections beyond 16 MiB leave in several rounds", () => {
  const pairs = dealtParties("rounds", 2);
  const size: MatrixSize = [3, 33, 1000];
  assertEquals(productCost(99, 1000, 4), { rounds: 3, receiver: 256 * 99, sender: 260 * 99_000 });
  const x = sample(99, 5), y = sample(33_000, 6);
  const product = multiply(pairs, x, y, size);
  for (const [i, j] of [[0, 0], [1, 999], [2, 500], [2, 999]] as const) {
    let sum = 0n;
    for (let l = 0; l < 33; l++) sum += x[33 * i + l]! * y[1000 * l + j]!;
    assertEquals(product[1000 * i + j], BigInt.asUintN(64, sum));
  }
});

/** Memory for one scalar's pads and correction. */
function scalar() {
  const memory = new PartyMemory();
  return {
    memory,
    zeros: memory.allocate(512),
    ones: memory.allocate(512),
    y: memory.allocate(16),
    out: memory.allocate(16),
    corrections: memory.allocate(264),
  };
}

/** d_i of a scalar's corrections, of 64 − i bits. */
function correction(memory: PartyMemory, at: number, i: number): bigint {
  if (i === 32) return BigInt(memory.words32[(at + 256) / 4]!);
  const word = memory.words[at / 8 + (i < 32 ? i : 64 - i)]!;
  return i < 32 ? BigInt.asUintN(64 - i, word) : word >> BigInt(i);
}

Deno.test("given the pads the receiver has, a correction takes every value equally often: enumerated for 1 to 8 bits", () => {
  const { memory, zeros, ones, y, out, corrections } = scalar();
  memory.words.set(sample(64, 7), zeros / 8);
  memory.words.set(sample(64, 8), ones / 8);
  for (let i = 56; i < 64; i++) {
    const size = 1 << (64 - i);
    for (const hidden of [zeros, ones]) {
      for (const value of [0n, 1n, 2n ** 64n - 1n, 2n ** 63n, 77n]) {
        memory.words[y / 8] = value;
        const seen = new Set<bigint>();
        for (let pad = 0; pad < size; pad++) {
          memory.words[hidden / 8 + i] = BigInt(pad);
          gilboa.offerScalars(zeros, ones, y, 1, corrections, out);
          seen.add(correction(memory, corrections, i));
        }
        assertEquals(seen.size, size);
      }
    }
  }
});

Deno.test("each correction is under its own pads only: a change of one pad shifts one correction, whatever its width", () => {
  const { memory, zeros, ones, y, out, corrections } = scalar();
  memory.words.set(sample(64, 9), zeros / 8);
  memory.words.set(sample(64, 10), ones / 8);
  memory.words[y / 8] = 2n ** 63n + 12345n;
  const all = () => {
    gilboa.offerScalars(zeros, ones, y, 1, corrections, out);
    return Array.from({ length: 64 }, (_, i) => correction(memory, corrections, i));
  };
  const before = all();
  for (let i = 0; i < 64; i++) {
    for (const [hidden, sign] of [[zeros, 1n], [ones, -1n]] as const) {
      for (const shift of [1n, 2n ** BigInt(63 - i), 0xdeadbeefcafef00dn]) {
        const pad = memory.words[hidden / 8 + i]!;
        memory.words[hidden / 8 + i] = pad + shift;
        const after = all();
        memory.words[hidden / 8 + i] = pad;
        // Transfers from 32 on take the low half of a pad, which has all of its bits.
        const expected = before.map((d, j) => j === i ? BigInt.asUintN(64 - i, d + sign * shift) : d);
        assertEquals(after, expected);
      }
    }
  }
  assert(before.some((d) => d !== 0n));
});
