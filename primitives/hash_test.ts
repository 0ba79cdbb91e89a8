import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { hash } from "./mod.ts";

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
