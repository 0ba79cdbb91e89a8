import { assertEquals } from "@std/assert";
import { field, fieldGilboa } from "./mod.ts";
import { asWords, EDGES, elementsAt, mod, P, sampleElements } from "./testing/field_oracle.ts";
import { chacha } from "./testing/oracle.ts";
import { Arena, sample, sampleBytes } from "./testing/arena.ts";

const TREES = 32, LEAVES = 16, KEY = 32;

/** Element i of the stream of a leaf. */
function streamElement(key: Uint8Array, i: bigint): bigint {
  const block = chacha({ key, nonce: 0n, counter: 4n * (i / 16n) + i % 4n, doubleRounds: 4 }, 1);
  const from = 16 * Number(i % 16n / 4n);
  return block.slice(from, from + 16).reduceRight((sum, byte) => sum << 8n | BigInt(byte), 0n);
}

/** Keys by place: those of distances from `delta`, the missing one noise. */
function keysBy(distance: boolean, keys: Uint8Array, delta: bigint): Uint8Array {
  const placed = sampleBytes(keys.length, 99);
  for (let t = 0; t < TREES; t++) {
    const digit = distance ? Number(delta >> BigInt(4 * t) & 15n) : 0;
    for (let y = 0; y < LEAVES; y++) {
      const from = KEY * (LEAVES * t + y), to = KEY * (LEAVES * t + (y ^ digit));
      if (!distance || y !== digit) placed.set(keys.subarray(from, from + KEY), to);
    }
  }
  return placed;
}

Deno.test("expandDigits() gives a key's holder w = Σ 16^t · δ_t · u_t + v of the u and v of who has all leaves, and never reads the missing one", () => {
  const keys = sampleBytes(TREES * LEAVES * KEY, 1);
  for (
    const [delta, first, n, stride] of [
      [0n, 0n, 1, 1],
      [P - 1n, 3n, 5, 7],
      [0x0123456789abcdeffedcba9876543210n, 2n ** 40n, 17, 20],
    ] as const
  ) {
    const from = 16n * first, arena = new Arena();
    const all = arena.bytes(keysBy(false, keys, 0n)), some = arena.bytes(keysBy(true, keys, delta));
    const zero = arena.words([0n, 0n]), at = arena.words(asWords([delta]));
    const sums = arena.inOut(asWords(sampleElements(TREES * stride, 2)));
    const v = arena.output(16 * n), w = arena.output(16 * n), scratch = arena.output(field.DIGITS_BYTES);
    const before = elementsAt(sums, TREES * stride);
    field.expandDigits(all, zero, 0, first, n, stride, sums, v, scratch);
    // No sums are asked for, so nothing is written at this place.
    field.expandDigits(some, at, 1, first, n, 0, all, w, scratch);
    const u = elementsAt(sums, TREES * stride);
    const [own, other] = [elementsAt(v, n), elementsAt(w, n)];
    for (let i = 0; i < n; i++) {
      let [sum, right] = [0n, 0n];
      for (let t = 0; t < TREES; t++) {
        const leaves = Array.from({ length: LEAVES }, (_, y) => {
          const key = keys.slice(KEY * (LEAVES * t + y), KEY * (LEAVES * t + y + 1));
          return streamElement(key, from + BigInt(i));
        });
        assertEquals(u[stride * t + i], mod(leaves.reduce((sum, r) => sum + r)));
        sum -= leaves.reduce((sum, r, y) => sum + BigInt(y) * r, 0n) << BigInt(4 * t);
        right += (delta >> BigInt(4 * t) & 15n) * u[stride * t + i]! << BigInt(4 * t);
      }
      assertEquals(own[i], mod(sum));
      assertEquals(other[i], mod(sum + right));
    }
    for (let t = 0; t < TREES; t++) {
      assertEquals(u.slice(stride * t + n, stride * (t + 1)), before.slice(stride * t + n, stride * (t + 1)));
    }
    arena.assertGuardsIntact();
  }
});

Deno.test("offer() and collect() leave shares of x · a, for any x and pads of 128 bits and rows of every width", () => {
  for (const [width, spare] of [[1, 0], [1, 3], [2, 0], [3, 1], [5, 3]] as const) {
    for (const x of [0n, 1n, P - 1n, P, 2n ** 128n - 1n, ...sampleElements(2, width)]) {
      const stride = 16 * (width + spare), row = 2 * (width + spare), arena = new Arena();
      const words = (seed: number) =>
        width === 2 ? Array<bigint>(128 * row).fill(2n ** 64n - 1n) : sample(128 * row, seed);
      const pads = [words(3), words(4)] as const;
      const chosen = pads[0].map((word, i) => x >> BigInt(Math.floor(i / row)) & 1n ? pads[1][i]! : word);
      const a = width === 3 ? [0n, P - 1n, 317n] : sampleElements(width, 5);
      const corrections = arena.output(128 * 16 * width), scratch = arena.output(16);
      const [before, theirs] = [sampleElements(width, 6), width === 2 ? [0n, P - 1n] : sampleElements(width, 7)];
      const sent = arena.inOut(asWords(before)), received = arena.inOut(asWords(theirs));
      fieldGilboa.offer(
        arena.words(pads[0]),
        arena.words(pads[1]),
        stride,
        arena.words(asWords(a)),
        width,
        corrections,
        sent,
        scratch,
      );
      fieldGilboa.collect(
        arena.words([2n ** 64n - 1n, 2n ** 64n - 1n]),
        arena.words(chosen),
        stride,
        width,
        received,
        scratch,
      );
      fieldGilboa.collect(arena.words(asWords([x])), corrections, 16 * width, width, received, scratch);
      const pad = (of: readonly bigint[], i: number, v: number) =>
        of[row * i + 2 * v]! | of[row * i + 2 * v + 1]! << 64n;
      assertEquals(
        elementsAt(corrections, 128 * width),
        Array.from({ length: 128 * width }, (_, j) => {
          const i = Math.floor(j / width), v = j % width;
          return mod(pad(pads[0], i, v) - pad(pads[1], i, v) + a[v]!);
        }),
      );
      const [ours, other] = [elementsAt(sent, width), elementsAt(received, width)];
      ours.forEach((share, v) => {
        const zeros = Array.from({ length: 128 }, (_, i) => pad(pads[0], i, v) << BigInt(i)).reduce((sum, p) =>
          sum + p
        );
        assertEquals(share, mod(before[v]! - zeros));
        assertEquals(mod(share + other[v]!), mod(before[v]! + theirs[v]! + x * a[v]!));
      });
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("offer() is exact for elements and pads at which carries and folds change", () => {
  for (const a of EDGES) {
    const edges = Array.from({ length: 128 }, (_, i) => EDGES[i % EDGES.length]!);
    const others = edges.map((_, i) => EDGES[(i * 7 + 3) % EDGES.length]!);
    const arena = new Arena(), out = arena.inOut(asWords([a])), corrections = arena.output(128 * 16);
    fieldGilboa.offer(
      arena.words(asWords(edges)),
      arena.words(asWords(others)),
      16,
      arena.words(asWords([a])),
      1,
      corrections,
      out,
      arena.output(16),
    );
    assertEquals(elementsAt(corrections, 128), edges.map((p, i) => mod(p - others[i]! + a)));
    assertEquals(elementsAt(out, 1), [mod(a - edges.reduce((sum, p, i) => sum + (p << BigInt(i)), 0n))]);
    arena.assertGuardsIntact();
  }
});
