import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { chacha12, layout, PartyMemory, STREAM_BYTES } from "@symbolon/kernels";
import { deriveKey, hash, Prg, systemEntropy, wordBytes } from "./mod.ts";

/** The input of the hash, written out: each part after its length in 8 bytes, least significant first. */
function encoded(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => {
    const length = new DataView(new ArrayBuffer(8));
    length.setUint32(0, part.length, true);
    return [...new Uint8Array(length.buffer), ...part];
  }));
}

Deno.test("hash() is SHA-256 of the parts, each after its length", () => {
  const part = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(fc.string(), fc.array(part, { maxLength: 5 }), (label, parts) => {
      const input = encoded([new TextEncoder().encode(label), ...parts]);
      assertEquals(hash(label, ...parts).toHex(), createHash("sha256").update(input).digest("hex"));
    }),
    { seed: 1, numRuns: 200 },
  );
});

Deno.test("hash() has not changed", () => {
  assertEquals(
    hash("symbolon/test", new Uint8Array([1, 2, 3]), new Uint8Array()).toHex(),
    "0aaf14eeac03b812cc10f6b46fa92bd290a255fe37417030f3c1e76bc140232b",
  );
});

Deno.test("hash() tells every division of the same bytes into parts apart", () => {
  const bytes = Uint8Array.from({ length: 9 }, (_, i) => i & 1);
  const seen = new Set<string>();
  let divisions = 0;
  for (let cuts = 0; cuts < 1 << 8; cuts++) {
    const ends = [...Array.from({ length: 8 }, (_, i) => i + 1).filter((i) => cuts >> (i - 1) & 1), 9];
    const parts = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
    for (const list of [parts, [new Uint8Array(), ...parts], [...parts, new Uint8Array()]]) {
      seen.add(hash("symbolon/test", ...list).toHex());
      divisions++;
    }
  }
  assertEquals(seen.size, divisions);
});

Deno.test("hash() tells a label from a part, an empty part from none, and parts that spell lengths from lengths", () => {
  const text = (value: string) => new TextEncoder().encode(value);
  assertNotEquals(hash("ab"), hash("a", text("b")));
  assertNotEquals(hash("a"), hash("a", text("")));
  assertNotEquals(hash("a", text("")), hash("a", text(""), text("")));
  assertNotEquals(hash("", text("a")), hash("a", text("")));
  const x = text("x"), y = text("y");
  assertNotEquals(hash("a", x, y), hash("a", encoded([x, y]).subarray(8)));
});

const KEY = deriveKey("test");

/** Lengths about the sizes of a block, a group and the pool, and long draws. */
const LENGTHS = [0, 1, 7, 8, 15, 16, 63, 64, 65, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 5000];

/** Bytes of one draw, after a check that nothing around them was written. */
function draw(prg: Prg, memory: PartyMemory, length: number): Uint8Array {
  const guard = 32, mark = memory.mark(), at = memory.scratch(length + 2 * guard) + guard;
  memory.bytes.fill(0xee, at - guard, at + length + guard);
  prg.bytes(at, length);
  const around = [memory.bytes.subarray(at - guard, at), memory.bytes.subarray(at + length, at + length + guard)];
  assert(around.every((bytes) => bytes.every((byte) => byte === 0xee)), `${length} bytes were drawn past their place`);
  memory.release(mark);
  return memory.bytes.slice(at, at + length);
}

/** Runs a test with memory that is given back. */
function withMemory(test: (memory: PartyMemory) => void): () => void {
  return () => {
    const memory = new PartyMemory();
    test(memory);
    memory.dispose();
  };
}

Deno.test(
  "streams of the same key give the same bytes for any lengths, whatever their parties do in between",
  withMemory((one) => {
    const length = fc.oneof(fc.constantFrom(...LENGTHS), fc.nat(3000));
    fc.assert(
      fc.property(fc.array(length, { maxLength: 30 }), (lengths) => {
        const two = new PartyMemory();
        const left = new Prg(one, KEY), other = new Prg(two, deriveKey("other")), right = new Prg(two, KEY);
        for (const length of lengths) {
          const expected = draw(left, one, length);
          two.scratch(length % 77);
          draw(other, two, length % 600);
          assertEquals(draw(right, two, length), expected);
        }
        two.dispose();
      }),
      { seed: 1, numRuns: 50 },
    );
  }),
);

Deno.test(
  "no byte of the keystream is given twice: draws are pieces of it that do not overlap",
  withMemory((memory) => {
    const total = 1 << 18;
    const key = memory.allocate(32), whole = memory.allocate(total);
    memory.bytes.set(KEY, key);
    chacha12(key, 0n, 0n, whole, total / 256);
    const keystream = memory.bytes.slice(whole, whole + total);
    const view = new DataView(keystream.buffer);
    const places = new Map<bigint, number>();
    for (let i = 0; i + 8 <= total; i++) places.set(view.getBigUint64(i), i);
    const prg = new Prg(memory, KEY);
    const pieces: { from: number; end: number }[] = [];
    for (let i = 0, drawn = 0; drawn < total / 3; i++) {
      const length = i % 4 === 0 ? LENGTHS[i % LENGTHS.length]! : (i * i * 37) % 700;
      const bytes = draw(prg, memory, length);
      drawn += length;
      // A long draw is whole groups from the keystream's front and a rest from the pool.
      const parts = length > 512 ? [bytes.subarray(0, length & ~255), bytes.subarray(length & ~255)] : [bytes];
      for (const part of parts) {
        if (part.length < 8) continue;
        const from = places.get(new DataView(part.buffer, part.byteOffset).getBigUint64(0));
        assert(from !== undefined, "a draw is not from the keystream");
        assertEquals(part, keystream.subarray(from, from + part.length));
        pieces.push({ from, end: from + part.length });
      }
    }
    pieces.sort((x, y) => x.from - y.from);
    for (let i = 1; i < pieces.length; i++) assert(pieces[i - 1]!.end <= pieces[i]!.from, "a piece was given twice");
  }),
);

Deno.test(
  "no block of 16 bytes comes twice in draws of mixed sizes (chance below 2^-95)",
  withMemory((memory) => {
    const prg = new Prg(memory, KEY), seen = new Set<string>();
    let blocks = 0;
    for (let i = 0; i < 400; i++) {
      const bytes = draw(prg, memory, 16 * ((i * 29) % 120));
      for (let at = 0; at < bytes.length; at += 16, blocks++) seen.add(bytes.subarray(at, at + 16).toHex());
    }
    assert(blocks > 20_000);
    assertEquals(seen.size, blocks);
  }),
);

Deno.test(
  "words() and bytes() of the same length are the same draw",
  withMemory((memory) => {
    const left = new Prg(memory, KEY), right = new Prg(memory, KEY), at = memory.allocate(8 * 1000);
    for (const n of [0, 1, 2, 63, 64, 65, 1000]) {
      left.words(at, n);
      assertEquals(memory.bytes.slice(at, at + 8 * n), draw(right, memory, 8 * n));
    }
  }),
);

Deno.test(
  "bits() gives values below 2^bits of which every bit occurs both ways (chance of failure below 2^-190)",
  withMemory((memory) => {
    const n = 200, at = memory.allocate(8 * (n + 1));
    for (let bits = 1; bits <= 64; bits++) {
      const prg = new Prg(memory, deriveKey("bits", new Uint8Array([bits])));
      memory.words[at / 8 + n] = 77n;
      prg.bits(at, n, bits);
      const values = memory.words.slice(at / 8, at / 8 + n);
      const ones = values.reduce((or, value) => or | value), zeros = values.reduce((and, value) => and & value);
      assertEquals([ones, zeros], [(1n << BigInt(bits)) - 1n, 0n]);
      assertEquals(memory.words[at / 8 + n], 77n);
    }
  }),
);

Deno.test(
  "bits() draws ⌈n · bits / 8⌉ bytes and takes them apart",
  withMemory((memory) => {
    const left = new Prg(memory, KEY), right = new Prg(memory, KEY);
    for (const n of [0, 1, 3, 64, 65, 300]) {
      for (const bits of [1, 7, 8, 13, 16, 31, 32, 33, 63, 64]) {
        const at = memory.scratch(8 * n), expected = memory.scratch(8 * n), source = memory.scratch(8 * n + 16);
        left.bits(at, n, bits);
        memory.bytes.set(draw(right, memory, Math.ceil(n * bits / 8)), source);
        layout.unpack(source, n, bits, expected);
        assertEquals(memory.words.slice(at / 8, at / 8 + n), memory.words.slice(expected / 8, expected / 8 + n));
      }
    }
  }),
);

Deno.test(
  "planes() gives the same bits at any stride, and writes no further than its planes",
  withMemory((memory) => {
    for (const n of [0, 1, 8, 63, 64, 65, 128, 1000]) {
      for (const count of [0, 1, 3, 64]) {
        const least = Math.ceil(n / 64) * 8, bytes = Math.ceil(n / 8);
        const drawn = draw(new Prg(memory, KEY), memory, count * bytes);
        for (const stride of [least, least + 8, least + 64]) {
          const mark = memory.mark(), at = memory.scratch(count * stride + 16);
          memory.bytes.fill(0xee, at, at + count * stride + 16);
          new Prg(memory, KEY).planes(at, count, n, stride);
          for (let p = 0; p < count; p++) {
            const plane = memory.bytes.slice(at + p * stride, at + p * stride + bytes);
            assertEquals(plane, drawn.subarray(p * bytes, (p + 1) * bytes));
          }
          const after = memory.bytes.subarray(at + count * stride, at + count * stride + 16);
          assert(after.every((byte) => byte === 0xee));
          memory.release(mark);
        }
      }
    }
  }),
);

Deno.test(
  "half of a stream's bits are ones: within 5 standard deviations of 2^20 bits (chance of failure 6e-7)",
  withMemory((memory) => {
    const bytes = draw(new Prg(memory, KEY), memory, 1 << 17);
    let ones = 0;
    for (const byte of bytes) for (let b = byte; b > 0; b &= b - 1) ones++;
    assert(Math.abs(ones - (1 << 19)) < 5 * (1 << 9));
  }),
);

Deno.test(
  "a key that has not 32 bytes is a RangeError that does not show it",
  withMemory((memory) => {
    for (const length of [0, 16, 31, 33]) {
      assertThrows(() => new Prg(memory, new Uint8Array(length)), RangeError, `32 bytes, not ${length}`);
    }
  }),
);

Deno.test("deriveKey() gives 32 bytes that depend on the purpose and on every part", () => {
  const part = new Uint8Array([1]);
  const keys = [
    deriveKey("a"),
    deriveKey("b"),
    deriveKey("a", part),
    deriveKey("a", part, part),
    deriveKey("a", new Uint8Array([1, 1])),
    deriveKey("b", part),
  ];
  assert(keys.every((key) => key.length === 32));
  assertEquals(new Set(keys.map((key) => key.toHex())).size, keys.length);
  assertEquals(deriveKey("a", part), keys[2]);
});

Deno.test("systemEntropy() fills its buffer anew each time", () => {
  const one = new Uint8Array(32), two = new Uint8Array(32);
  systemEntropy(one);
  systemEntropy(two);
  assertNotEquals(one, two);
  assertNotEquals(one, new Uint8Array(32));
});

Deno.test("wordBytes() holds n words in a multiple of 16 bytes", () => {
  assertEquals([0, 1, 2, 3].map(wordBytes), [0, 16, 16, 32]);
});

Deno.test(
  "permutation() gives every order of a few rows alike, and holds each row once whatever their number",
  withMemory((memory) => {
    const prg = new Prg(memory, KEY), at = memory.scratch(4 * 5000);
    const permutation = (n: number) => {
      prg.permutation(at, n);
      return [...memory.words32.subarray(at / 4, at / 4 + n)];
    };
    for (const n of [0, 1, 2, 3, 127, 128, 129, 5000]) {
      assertEquals(permutation(n).sort((a, b) => a - b), Array.from({ length: n }, (_, i) => i));
    }
    // Pearson's statistic of 24 orders, 23 degrees of freedom: above 100 with probability 1e-11. The key is fixed.
    const times = 24_000, counts = new Map<string, number>();
    for (let i = 0; i < times; i++) {
      const order = permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    assertEquals(counts.size, 24);
    const mean = times / 24;
    assert([...counts.values()].reduce((sum, n) => sum + (n - mean) ** 2 / mean, 0) < 100);
  }),
);

Deno.test(
  "holders of the same key draw the same permutations, and what follows them",
  withMemory((one) => {
    const two = new PartyMemory();
    const ends = [one, two].map((memory) => ({ memory, prg: new Prg(memory, KEY), at: memory.scratch(4096) }));
    for (const n of [3, 1000, 0, 1, 200, 7]) {
      const [left, right] = ends.map(({ memory, prg, at }) => {
        prg.permutation(at, n);
        const order = memory.bytes.slice(at, at + 4 * n);
        prg.words(at, 4);
        return [order, memory.bytes.slice(at, at + 32)];
      });
      assertEquals(left, right);
    }
    two.dispose();
  }),
);

Deno.test(
  "a stream in scratch memory gives what one in memory of its own gives, and takes no other",
  withMemory((memory) => {
    const stream = memory.scratch(STREAM_BYTES), before = memory.allocate(16);
    const scratch = new Prg(memory, KEY, stream);
    assertEquals(memory.allocate(16), before + 16);
    assertEquals(draw(scratch, memory, 100), draw(new Prg(memory, KEY), memory, 100));
  }),
);
