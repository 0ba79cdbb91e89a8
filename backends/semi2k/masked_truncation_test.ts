import { assertEquals } from "@std/assert";
import { lockstep, type Trunc } from "@symbolon/protocol";
import { dealtParties, runAll, sumAt } from "../../primitives/testing/ot.ts";
import { makeMasks, maskMaterialCost } from "./mask_material.ts";
import { truncateMasked } from "./masked_truncation.ts";
import { MATERIAL } from "./material.ts";
import { dealWords, partyOf } from "./testing/dealt.ts";

/** One execution: z and r by the summands of each party. */
interface Execution {
  readonly z: readonly bigint[];
  readonly r: readonly bigint[];
}

const mod = (v: bigint, bits: number) => BigInt.asUintN(bits, v);
const sum = (words: readonly bigint[]) => words.reduce((s, w) => s + w, 0n);
const widthOf = ({ bits, bound }: Trunc) => Math.max(bits, bound) + 2;

/** Truncates all values at once; quotients and top bits of masks are party 0's. Gives the results and what party 0 sends. */
function truncate(trunc: Trunc, runs: readonly Execution[]): { results: bigint[]; sent: bigint[] } {
  const parties = runs[0]!.z.map((_, p) => partyOf(p, runs[0]!.z.length));
  const m = trunc.bits, width = widthOf(trunc), n = runs.length;
  let sent: bigint[] = [];
  try {
    const at = parties.map((party) => {
      const r = runs.map((run) => mod(sum(run.r), width)), own = party.self === 0 ? 1n : 0n;
      dealWords(party, MATERIAL.truncationMasks.of({ m, width }), [
        runs.map((run) => run.r[party.self]!),
        r.map((value) => own * (value >> BigInt(m))),
        r.map((value) => own * (value >> BigInt(width - 1)) << BigInt(width - m)),
      ]);
      const place = party.memory.allocate(8 * n);
      runs.forEach(({ z }, i) => party.memory.words[place / 8 + i] = mod(z[party.self]!, 64));
      return place;
    });
    const steps = parties.map((party, p) => ({
      memory: party.memory,
      step: truncateMasked(party, trunc, at[p]!, n, at[p]!),
    }));
    lockstep(steps, ([first]) => {
      const { at, bytes } = first!.send[0]!;
      const bits = [...parties[0]!.memory.bytes.subarray(at, at + bytes)].map((b) => b.toString(2).padStart(8, "0"));
      const text = bits.reverse().join("");
      sent = runs.map((_, i) => BigInt("0b" + text.slice(text.length - width * (i + 1), text.length - width * i)));
    });
    const results = runs.map((_, i) => BigInt.asIntN(64, sumAt(parties, at, i)));
    return { results, sent };
  } finally {
    for (const { memory } of parties) memory.dispose();
  }
}

/** What comes out when c is opened: the floor, and one more if the rest of Z is above that of c. */
function expected(trunc: Trunc, { z, r }: Execution): bigint {
  const m = trunc.bits, width = widthOf(trunc);
  const offset = 1n << BigInt(width - 2), value = BigInt.asIntN(64, sum(z)) + offset;
  const up = mod(value, m) > mod(value + sum(r), m) ? 1n : 0n;
  return (value >> BigInt(m)) + up - (offset >> BigInt(m));
}

Deno.test("the result is the floor, or one more where z mod 2^m is above the opened threshold: all bounds, boundary values", () => {
  for (const parties of [2, 3]) {
    for (const [bits, bound] of [[1, 1], [1, 62], [16, 62], [16, 46], [62, 62], [40, 31], [62, 5], [5, 5]] as const) {
      const trunc = { bits, bound, rounding: "probabilistic" } as const, width = widthOf(trunc);
      const top = 1n << BigInt(bound), unit = 1n << BigInt(bits);
      const values = [-top, 1n - top, -unit, -1n, 0n, 1n, unit - 1n, unit, top - 1n].filter((v) =>
        v >= -top && v < top
      );
      const half = 1n << BigInt(width - 1);
      const masks = [0n, 1n, unit - 1n, unit, half - 1n, half, half + unit, 2n * half - 1n].map((r) => mod(r, width));
      const runs = values.flatMap((z) =>
        masks.map((r): Execution => {
          const others = Array.from({ length: parties - 1 }, (_, p) => 0x9e3779b97f4a7c15n * (z + r + BigInt(p) + 1n));
          return { z: [z - sum(others), ...others], r: [r + sum(others), ...others.map((w) => -w)] };
        })
      );
      assertEquals(
        truncate(trunc, runs).results,
        runs.map((run) => expected(trunc, run)),
        `${parties} parties, ${JSON.stringify(trunc)}`,
      );
    }
  }
});

Deno.test("by enumeration: for any z, what is sent is alike whatever z is, and rounding up has the chance it should", () => {
  const trunc = { bits: 1, bound: 2, rounding: "probabilistic" } as const, size = 16;
  const values = [-4n, -3n, -2n, -1n, 0n, 1n, 2n, 3n];
  const all = Array.from({ length: size }, (_, v) => BigInt(v));
  const runs = values.flatMap((z) =>
    all.flatMap((z1) => all.flatMap((r0) => all.map((r1): Execution => ({ z: [z - z1, z1], r: [r0, r1] }))))
  );
  const { results, sent } = truncate(trunc, runs);
  const seen = new Map<string, number>();
  let up = 0;
  runs.forEach(({ z: [, z1], r: [, r1] }, i) => {
    const view = `${values[Math.floor(i / size ** 3)]} ${z1} ${r1} ${sent[i]}`;
    seen.set(view, (seen.get(view) ?? 0) + 1);
    up += Number(2n * results[i]! - sum(runs[i]!.z));
  });
  assertEquals(seen.size, values.length * size ** 3);
  assertEquals(new Set(seen.values()), new Set([1]));
  assertEquals(up, 0);
});

for (const parties of [2, 3]) {
  Deno.test(`${parties} parties make masks with their quotients and top bits, at the declared cost`, () => {
    const members = dealtParties("masks", parties), n = 20;
    for (const size of [{ m: 16, width: 64 }, { m: 62, width: 64 }, { m: 1, width: 3 }, { m: 16, width: 48 }]) {
      const places = members.map(({ memory }) => [0, 1, 2].map(() => memory.allocate(8 * n)));
      const { traffic } = runAll(members, ({ party }, p) => {
        const [mask, quotient, top] = places[p] as [number, number, number];
        return makeMasks(party, n, size, { mask, quotient, top });
      });
      const cost = maskMaterialCost(parties, n, size);
      assertEquals(
        traffic.map(({ rounds, sent }) => ({ rounds, sent })),
        cost.links.map((sent) => ({ rounds: cost.rounds, sent })),
      );
      const seen = new Set<bigint>();
      for (let i = 0; i < n; i++) {
        const word = (part: number) => sumAt(members, places.map((of) => of[part]!), i);
        const r = mod(word(0), size.width);
        assertEquals(word(1), r >> BigInt(size.m));
        assertEquals(word(2), mod(r >> BigInt(size.width - 1) << BigInt(size.width - size.m), 64));
        seen.add(r);
      }
      if (size.width > 40) assertEquals(seen.size, n);
    }
  });
}
