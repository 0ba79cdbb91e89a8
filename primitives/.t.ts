import { lockstep, type Step } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import { bitTriples, daBits, matrixTriple, type OtParty, setupOt, systemEntropy, tripleCost, triples } from "./mod.ts";
const n = Number(Deno.args[0] ?? 2);
const mem = Array.from({ length: n }, () => new PartyMemory());
let t = performance.now();
const r = lockstep(
  mem.map((memory, self) => ({
    memory,
    step: setupOt({ self, parties: n, memory, entropy: systemEntropy, session: new Uint8Array(1) }),
  })),
);
console.log("setup", performance.now() - t, r.traffic);
const P = r.results;
const N = 3001;
const at = mem.map((m) => ({ a: m.allocate(8 * N), b: m.allocate(8 * N), c: m.allocate(8 * N) }));
t = performance.now();
let q = lockstep(P.map((p, i) => ({ memory: mem[i]!, step: triples(p, N, at[i]!) })));
console.log("triples", performance.now() - t, q.traffic, tripleCost(n, N).links[0]);
const sum = (k: "a" | "b" | "c", i: number) =>
  BigInt.asUintN(64, at.reduce((s, x, p) => s + mem[p]!.words[x[k] / 8 + i]!, 0n));
let bad = 0;
for (let i = 0; i < N; i++) if (BigInt.asUintN(64, sum("a", i) * sum("b", i)) !== sum("c", i)) bad++;
console.log("bad", bad);
const M = [7, 5, 130] as const;
for (const M of [[7, 5, 130], [130, 5, 7], [3, 40, 3]] as const) {
  q = lockstep(P.map((p, i) => ({ memory: mem[i]!, step: matrixTriple(p, M, at[i]!) })));
  bad = 0;
  for (let i = 0; i < M[0]; i++) {
    for (let j = 0; j < M[2]; j++) {
      let s = 0n;
      for (let l = 0; l < M[1]; l++) s += sum("a", i * M[1] + l) * sum("b", l * M[2] + j);
      if (BigInt.asUintN(64, s) !== sum("c", i * M[2] + j)) bad++;
    }
  }
  console.log("matrix bad", bad, q.traffic);
}
q = lockstep(P.map((p, i) => ({ memory: mem[i]!, step: bitTriples(p, N, at[i]!) })));
const xs = (k: "a" | "b" | "c", i: number) =>
  at.reduce((s, x, p) => s ^ (mem[p]!.bytes[x[k] + (i >> 3)]! >> (i & 7) & 1), 0);
bad = 0;
for (let i = 0; i < N; i++) if ((xs("a", i) & xs("b", i)) !== xs("c", i)) bad++;
console.log("bits bad", bad, q.traffic);
q = lockstep(P.map((p, i) => ({ memory: mem[i]!, step: daBits(p, N, { plane: at[i]!.a, words: at[i]!.c }) })));
bad = 0;
for (let i = 0; i < N; i++) if (BigInt(xs("a", i)) !== sum("c", i)) bad++;
console.log("dabits bad", bad, q.traffic);
