import { assert, assertEquals, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { ELEMENT_BYTES, group, WIDE_BYTES } from "./ristretto255.ts";
import { bytesOf } from "./testing/ot.ts";

/** RFC 9496, appendix A.1: the generator times 1 to 8. */
const MULTIPLES = [
  "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76",
  "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
  "94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259",
  "da80862773358b466ffadfe0b3293ab3d9fd53c5ea6c955358f568322daf6a57",
  "e882b131016b52c1d3337080187cf768423efccbb517bb495ab812c4160ff44e",
  "f64746d3c92b13050ed8d80236a7f0007c3b3f962f5ba793d19a601ebb1df403",
  "44f53520926ec81fbd5a387845beb7df85a96a24ece18738bdcfa6a7822a176d",
  "903293d8f2287ebe10e2374dc1a53e0bc887e592699f02d077d5263cdd55601c",
];

/** RFC 9496, appendix A.3: labels, hashed by SHA-512, and the elements derived from them. */
const DERIVED = [
  [
    "Ristretto is traditionally a short shot of espresso coffee",
    "3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46",
  ],
  [
    "made with the normal amount of ground coffee but extracted with",
    "f26e5b6f7d362d2d2a94c5d0e7602cb4773c95a2e5c31a64f133189fa76ed61b",
  ],
  [
    "about half the amount of water in the same amount of time",
    "006ccd2a9e6867e6a2c5cea83d3302cc9de128dd2a9a57dd8ee7b9d7ffe02826",
  ],
  [
    "by using a finer grind.",
    "f8f0c87cf237953c5890aec3998169005dae3eca1fbb04548c635953c817f92a",
  ],
] as const;

function scalar(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(ELEMENT_BYTES);
  bytes[0] = value;
  return bytes;
}

Deno.test("multiples of the generator are those of RFC 9496, by one multiplication, by additions and by products", () => {
  const g = group();
  const base = Uint8Array.fromHex(MULTIPLES[0]!);
  let sum = base;
  MULTIPLES.forEach((expected, i) => {
    if (i > 0) sum = g.add(sum, base);
    assertEquals(sum.toHex(), expected);
    assertEquals(g.timesBase(scalar(i + 1)).toHex(), expected);
    assertEquals(g.times(scalar(i + 1), base).toHex(), expected);
    if (i > 0) assertEquals(g.subtract(sum, base).toHex(), MULTIPLES[i - 1]);
  });
});

Deno.test("elements derived from 64 bytes are those of RFC 9496", () => {
  for (const [label, expected] of DERIVED) {
    assertEquals(group().derive(createHash("sha512").update(label).digest()).toHex(), expected);
  }
});

Deno.test("64 bytes are an exponent modulo the order of the group", () => {
  // The order, 2^252 + 27742317777372353535851937790883648493, and one more: little-endian.
  const order = Uint8Array.fromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  const wide = new Uint8Array(WIDE_BYTES);
  wide.set(order);
  assertEquals(group().scalar(wide), scalar(0));
  wide[0]! += 5;
  assertEquals(group().scalar(wide), scalar(5));
});

Deno.test("exponents commute: the products of both orders are the same", () => {
  const g = group();
  const [a, b] = ["a", "b"].map((name) => g.scalar(bytesOf(name, WIDE_BYTES))) as [
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>,
  ];
  assertEquals(g.times(a, g.timesBase(b)), g.times(b, g.timesBase(a)));
});

Deno.test("the identity, encodings that are not canonical and bytes off the curve are no elements", () => {
  const g = group();
  const wrong = [
    "0000000000000000000000000000000000000000000000000000000000000000", // the identity
    // RFC 9496, appendix A.2: not canonical, negative, no square, negative t, y = 0.
    "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
    "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ].map((hex) => Uint8Array.fromHex(hex));
  for (const bytes of wrong) assert(!g.isElement(bytes), bytes.toHex());
  for (const length of [0, 31, 33]) assert(!g.isElement(new Uint8Array(length).fill(1)));
  assert(g.isElement(g.timesBase(scalar(1))));
  for (const bytes of wrong) assertThrows(() => g.times(scalar(3), bytes), RangeError, "no element");
  assertThrows(() => g.times(scalar(0), g.timesBase(scalar(1))), RangeError);
  for (const bytes of wrong.slice(1)) assertThrows(() => g.add(bytes, g.timesBase(scalar(1))), RangeError);
});
