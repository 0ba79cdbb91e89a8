/**
 * What `mascot-field` makes a second: authenticated elements, triples, matrix triples, beside rounds and bytes. Run with
 * `deno run -A bench/mascot_bench.ts [PARTIES]`.
 *
 * All parties take turns in one thread: where each has a core of its own, the time is divided by their number.
 *
 * @module
 */
import { loadGroup, systemEntropy } from "@symbolon/primitives";
import { lockstep, type Step, type Traffic } from "@symbolon/protocol";
import { authenticate } from "../backends/mascot-field/making/authentication.ts";
import { type Links, setUp } from "../backends/mascot-field/making/set_up.ts";
import { matrixTriples, type TripleMaker, triples } from "../backends/mascot-field/making/triples.ts";
import { check } from "../backends/mascot-field/mac_check.ts";
import { ELEMENT } from "../backends/mascot-field/party.ts";
import { partyOf } from "../backends/mascot-field/testing/party.ts";

const REPEATS = 3;
const [PARTIES = 2] = Deno.args.map(Number);

await loadGroup();
const parties = Array.from({ length: PARTIES }, (_, self) => partyOf(self, PARTIES, "bench", 1 << 20));

/** A step at every party: what it took of the fastest of some calls, after one to warm up. */
function measure<T>(name: string, n: number, step: (self: number) => Step<T>, repeats = REPEATS): T[] {
  let best = Infinity, results: T[] = [], traffic: Traffic[] = [];
  for (let i = 0; i <= repeats; i++) {
    const marks = parties.map(({ memory }) => memory.mark()), start = performance.now();
    ({ results, traffic } = lockstep(parties.map(({ memory }, self) => ({ memory, step: step(self) }))));
    if (i > 0 || repeats === 0) best = Math.min(best, (performance.now() - start) / 1000);
    parties.forEach(({ memory }, p) => memory.release(marks[p]!));
  }
  const bytes = traffic.reduce((sum, { sent }) => sum + sent.reduce((a, b) => a + b), 0);
  console.log(
    `  ${name.padEnd(36)}${best.toFixed(3).padStart(8)} s ${(PARTIES * n / best).toFixed(0).padStart(9)} a second, ` +
      `${(bytes / n / 1000).toFixed(2).padStart(8)} KB each, ${traffic[0]!.rounds} rounds`,
  );
  return results;
}

console.log(`${PARTIES} parties; a second: with a core for each`);
const makers = measure("set-up", 1, function* (self): Step<TripleMaker> {
  const party = parties[self]!, made: Partial<Links> = {};
  yield* setUp(party, systemEntropy, made);
  return { party, ...made as Links };
}, 0);
for (const n of [1000, 10_000]) {
  measure(`${n} elements of party 0`, n, function* (self) {
    const { party } = makers[self]!, own = party.memory.scratch(ELEMENT * n);
    party.memory.bytes.fill(1, own, own + ELEMENT * n);
    yield* authenticate(makers[self]!, parties.map((_, p) => p === 0 ? n : 0), own);
    yield* check(party);
  });
}
for (const n of [100, 1000, 2000]) measure(`${n} triples`, n, (self) => triples(makers[self]!, n));
for (const [m, k, n] of [[32, 30, 1], [30, 32, 1], [8, 8, 8]] as const) {
  measure(
    `products of a ${m}×${k} by ${k}×${n} triple`,
    m * k * n,
    (self) => matrixTriples(makers[self]!, { size: [m, k, n] }, 1),
  );
}
