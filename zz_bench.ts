import { Simulation } from "@symbolon/protocol/testing";
import { PartyMemory } from "@symbolon/kernels";
import { semi2k } from "@symbolon/semi2k";
for (const [kind, n] of [["triple", 100000], ["bit triple", 1<<20], ["double bit triple", 1<<20], ["crossed bits", 1<<20], ["random bit", 100000], ["1 scaled bits", 100000], ["matrix triple 100x100x100",1], ["permutations of 10000 rows of 1",1]] as const) {
  const s = new Simulation(semi2k, {}, () => new PartyMemory(), {});
  s.run((p) => p.prepare!(new Map([["bit triple", 64]])));
  const t = performance.now();
  const { links, rounds } = s.run((p) => p.prepare!(new Map([[kind, n]])));
  const sec = (performance.now() - t) / 1000;
  console.log(kind, n, sec.toFixed(2), "s", (n / sec).toFixed(0), "/s", (links.flat().reduce((a, b) => a + b, 0) / 1e6).toFixed(1), "MB", rounds, "rounds");
  s.dispose();
}
