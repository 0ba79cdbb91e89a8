import { assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { type Protocol, type Step, together } from "@symbolon/protocol";
import { Simulation } from "@symbolon/protocol/testing";
import { MATERIAL } from "./material.ts";
import { semi2k } from "./mod.ts";

Deno.test("prepare() and save() beside an operation are refused by the protocol", () => {
  const terms = [{ kind: "mul", x: [2], y: [2] }] as const;
  const call = { op: "products", shape: [2], turn: 0, terms, addend: false, trunc: null } as const;
  const product = (p: Protocol) => {
    const x = p.at([2], p.memory.scratch(p.bytes([2])));
    return p.step(call, [x, x], x);
  };
  const preparing = (p: Protocol) => together([product(p), p.prepare!(new Map([[MATERIAL.triple.of(), 9]]))]);
  function* saving(p: Protocol): Step<void> {
    const step = product(p);
    step.next();
    p.save!({ begin: () => {}, write: () => {} });
    yield* step;
  }
  for (const [beside, message] of [[preparing, "being made or used"], [saving, "to be saved while"]] as const) {
    const simulation = new Simulation(semi2k, {}, () => new PartyMemory(), { seed: "exclusion" });
    try {
      simulation.run((p) => p.prepare!(new Map([[MATERIAL.triple.of(), 2]])));
      assertThrows(() => simulation.run<unknown>(beside), TypeError, message);
    } finally {
      simulation.dispose();
    }
  }
});
