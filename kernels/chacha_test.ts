import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { chacha12 } from "./mod.ts";
import { chacha } from "./testing/oracle.ts";
import { Arena, bytesAt, sampleBytes } from "./testing/arena.ts";

const ZERO = new Uint8Array(32);

function check(key: Uint8Array, nonce: bigint, counter: bigint, groups: number): void {
  const bytes = 256 * groups, arena = new Arena();
  const at = arena.bytes(key), out = arena.output(bytes);
  chacha12(at, nonce, counter, out, groups);
  assertEquals(bytesAt(out, bytes), chacha({ key, nonce, counter, doubleRounds: 6 }, 4 * groups));
  arena.assertGuardsIntact();
}

Deno.test("the oracle with 10 double rounds gives the keystream of RFC 8439, appendix A.1, vectors 1 and 2", () => {
  assertEquals(
    chacha({ key: ZERO, nonce: 0n, counter: 0n, doubleRounds: 10 }, 2).toHex(),
    "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7" +
      "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586" +
      "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed" +
      "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
  );
});

Deno.test("the oracle with 10 double rounds gives the keystream of RFC 8439, section 2.3.2", () => {
  // The RFC's 32-bit counter 1 and 96-bit nonce 00000009 0000004a 00000000, cut into 64 and 64 bits.
  const key = Uint8Array.from({ length: 32 }, (_, i) => i);
  assertEquals(
    chacha({ key, nonce: 0x4a000000n, counter: 0x0900000000000001n, doubleRounds: 10 }, 1).toHex(),
    "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e" +
      "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e",
  );
});

Deno.test("chacha12() gives the keystream of draft-strombergson-chacha-test-vectors-01, TC1, 12 rounds, 256-bit key", () => {
  const arena = new Arena();
  const key = arena.bytes(ZERO), out = arena.output(256);
  chacha12(key, 0n, 0n, out, 1);
  assertEquals(
    bytesAt(out, 128).toHex(),
    "9bf49a6a0755f953811fce125f2683d50429c3bb49e074147e0089a52eae155f" +
      "0564f879d27ae3c02ce82834acfa8c793a629f2ca0de6919610be82f411326be" +
      "0bd58841203e74fe86fc71338ce0173dc628ebb719bdcbcc151585214cc089b4" +
      "42258dcda14cf111c602b8971b8cc843e91e46ca905151c02744a6b017e69316",
  );
  arena.assertGuardsIntact();
});

Deno.test("chacha12() writes exactly 256 bytes a group", () => {
  for (const groups of [0, 1, 2, 3, 17]) check(sampleBytes(32, groups), 5n, 9n, groups);
});

Deno.test("chacha12() counts blocks in 64 bits: past 2^32 and past 2^64", () => {
  for (const edge of [2n ** 32n, 2n ** 33n, 2n ** 63n, 2n ** 64n]) {
    for (let before = 1n; before <= 9n; before++) check(sampleBytes(32, 1), 0n, edge - before, 3);
  }
});

Deno.test("chacha12() agrees with the oracle for any key, nonce and counter", () => {
  const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), word, word, fc.nat(3), check),
    { seed: 8, numRuns: 50 },
  );
});

Deno.test("chacha12() from a later block continues the same keystream", () => {
  const arena = new Arena();
  const key = arena.bytes(sampleBytes(32, 2)), whole = arena.output(1024), tail = arena.output(512);
  chacha12(key, 7n, 2n ** 32n - 6n, whole, 4);
  chacha12(key, 7n, 2n ** 32n + 2n, tail, 2);
  assertEquals(bytesAt(tail, 512), bytesAt(whole + 512, 512));
  arena.assertGuardsIntact();
});
