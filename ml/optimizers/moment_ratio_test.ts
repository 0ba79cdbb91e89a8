import { assertLess } from "@std/assert";
import { constant, type Kind, program, shared } from "@symbolon/compiler";
import { runUnchecked as run } from "../../engine/run/run.ts";
import { uniform } from "../functional/testing/points.ts";
import { momentRatio, SQUARE_BITS } from "./moment_ratio.ts";

const [SQUARES, SUMS] = [40, 37];
const kind = (f: number): Kind => ({ type: "fix", bits: 62, f, secret: false });

/** Mantissas of u over all magnitudes, both ends and every power of two with its neighbours; n with |n|/√u up to 2.5. */
function points(): { u: bigint[]; n: bigint[] } {
  const random = uniform(17);
  const powers = Array.from({ length: SQUARE_BITS - 2 }, (_, i) => 1n << BigInt(i + 2));
  const u = [
    ...powers.flatMap((p) => [p, p + 1n, 2n * p - 1n]),
    ...Array.from({ length: 1500 }, () => BigInt(Math.floor(2 ** (2 + (SQUARE_BITS - 2) * random())))),
  ].filter((v) => v < 1n << BigInt(SQUARE_BITS));
  const n = u.map((v) =>
    BigInt(Math.round((2 * random() - 1) * 2.5 * Math.sqrt(Number(v) / 2 ** SQUARES) * 2 ** SUMS))
  );
  return { u, n };
}

async function quotients(u: bigint[], n: bigint[], approximate: boolean, args: string[]): Promise<number[]> {
  const { outputs } = await run(
    program("", {}, () => {
      const square = shared(constant([u.length], u, kind(SQUARES)));
      const sum = shared(constant([n.length], n, kind(SUMS)));
      momentRatio(sum, square, { approximate }).reveal().output("quotient");
    }),
    { backend: "emulate", args },
  );
  return outputs[0]!.values.map(Number);
}

const BOUNDS = [
  { approximate: false, relative: 2 ** -11, absolute: 2 ** -13 },
  { approximate: true, relative: 0.09, absolute: 2 ** -11 },
];

for (const { approximate, relative, absolute } of BOUNDS) {
  for (const args of [["nearest"], []]) {
    const name = `${approximate ? "approximate " : ""}n/√u is within its bound for every magnitude, ${
      args[0] ?? "probabilistic"
    }`;
    Deno.test(name, async () => {
      const { u, n } = points();
      (await quotients(u, n, approximate, args)).forEach((value, i) => {
        const wanted = Number(n[i]) / 2 ** SUMS / Math.sqrt(Number(u[i]) / 2 ** SQUARES);
        assertLess(Math.abs(value - wanted), relative * Math.abs(wanted) + absolute, `n = ${n[i]}, u = ${u[i]}`);
      });
    });
  }
}

Deno.test("where u has no bit of information, or is negative by rounding, the quotient is 0", async () => {
  const u = [0n, 1n, 3n, -1n, -200n];
  for (const approximate of [false, true]) {
    const values = await quotients(u, u.map(() => 1n << 20n), approximate, []);
    values.forEach((v) => assertLess(Math.abs(v), 2 ** -30));
  }
});
