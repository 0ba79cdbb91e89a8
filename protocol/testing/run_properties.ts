/**
 * What holds of a run as a whole: its setup, its public coins, its checks and what its messages look like.
 *
 * @module
 */
import { type BackendOptions, describeCall, type Tap, type Target } from "@symbolon/protocol";
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { Context } from "./context.ts";
import type { Simulation } from "./simulate.ts";
import { fail } from "./stage.ts";
import { jobs } from "./step_properties.ts";
import { Sampler } from "./values.ts";

/** First 16 bytes of the public coin of seed 7: ChaCha12 under `deriveKey("public-coin", 7 as a little-endian double)`. */
const COIN_OF_SEED_7 = "29162d466810632bcbd7b9c8ab0c13d9";

/** The properties, by name. */
export const RUNS = {
  "options that do not fit are a RangeError": ({ backend, options, target }: Context): void => {
    const wrong: BackendOptions[] = [{ ...options, domain: "rationals" as "ring" }];
    if (!target.clear) wrong.push({ ...options, parties: 1 }, { ...options, parties: 1.5 });
    for (const one of wrong) assertThrows(() => backend.target(one), RangeError, undefined, JSON.stringify(one));
  },

  "all parties agree on the target and know their index": (context: Context): void =>
    context.stage((stage) =>
      stage.protocols.forEach((p, i) => {
        assertEquals(p.self, i);
        assertEquals(p.target.parties, stage.protocols.length);
        assertEquals(dataOf(p.target), dataOf(context.target));
      })
    ),

  "coin() is the same at all parties and never repeats": (context: Context): void => {
    const simulation = context.simulation();
    try {
      const seen = new Set<string>();
      for (const bytes of [16, 17, 64, 1000, 5000]) {
        const drawn = coins(simulation, bytes);
        for (const one of drawn) assertEquals(one, drawn[0], "parties disagree on a coin");
        seen.add(drawn[0]!.slice(0, 32));
      }
      assertEquals(seen.size, 5, "a coin came twice");
    } finally {
      simulation.dispose();
    }
  },

  "the public seed fixes coins, the same in every backend, and nothing else does": (context: Context): void => {
    const draw = (options: BackendOptions, entropy: string) => {
      const simulation = context.simulation(options, entropy);
      try {
        return coins(simulation, 100)[0];
      } finally {
        simulation.dispose();
      }
    };
    const { publicSeed: _, ...unseeded } = context.options;
    const seeded = { ...unseeded, publicSeed: 7 };
    assertEquals(draw(seeded, "a"), draw(seeded, "b"));
    assertEquals(draw(seeded, "a")!.slice(0, 32), COIN_OF_SEED_7, "another coin than that of the other backends");
    assertNotEquals(draw(seeded, "a"), draw({ ...seeded, publicSeed: 8 }, "a"));
    assertNotEquals(draw(unseeded, "a"), draw(unseeded, "b"));
  },

  "verify() accepts an honest run": (context: Context): void =>
    context.stage((stage) => {
      const call = { op: "verify", shape: [], turn: 0 } as const;
      const x = stage.input([1n, -2n, 3n], [3]);
      stage.expect("an opened value", x, [1n, -2n, 3n]);
      stage.step([call], (p) => p.verify());
      stage.expect("a value opened after a check", x, [1n, -2n, 3n]);
      stage.step([call], (p) => p.verify());
    }),

  // A word without a fresh mask repeats in all runs; 64 masked bits do so with probability 2^-192. Some 10^4 words: 2^-178.
  "messages change with fresh randomness though inputs do not": (context: Context): void => {
    if (context.target.clear) return;
    for (const job of jobs(context, [128], 1, new Sampler(5))) {
      if (job.call.op === "open") continue;
      const views = Array.from({ length: 4 }, () => {
        let words: bigint[][] = [];
        context.stage((stage) => {
          const prepared = job.prepare(stage);
          const view = recorder(stage.protocols.length, (p) => stage.protocols[p]!.memory.bytes);
          stage.step([job.call], (p) => prepared.step(p), view.tap);
          prepared.check();
          words = view.words;
        });
        return words;
      });
      views[0]!.forEach((words, link) => {
        const constant = words.findIndex((w, i) => views.every((view) => view[link]![i] === w));
        const n = context.target.parties;
        if (constant >= 0) {
          fail(
            `${describeCall(job.call)}: word ${constant} of ${words.length} from party ${
              Math.floor(link / n)
            } to party ` +
              `${link % n} is the same in 4 runs: it carries no fresh mask`,
          );
        }
      });
    }
  },
} as const;

/** What a target says, without its functions. */
function dataOf({ unchecked, ...target }: Target): unknown {
  return Object.fromEntries(
    Object.entries({ ...target, most: unchecked?.most }).filter(([, value]) => typeof value !== "function"),
  );
}

/** Every party's next coin, in hexadecimal. */
function coins(simulation: Simulation, bytes: number): string[] {
  return simulation.protocols.map((p) => {
    const mark = p.memory.mark();
    const at = p.memory.scratch(bytes);
    p.coin(at, bytes);
    const coin = p.memory.bytes.slice(at, at + bytes).toHex();
    p.memory.release(mark);
    return coin;
  });
}

/** Collects whole 64-bit words of messages, by link (sender · parties + receiver). */
function recorder(parties: number, memory: (party: number) => Uint8Array): { tap: Tap; words: bigint[][] } {
  const words = Array.from({ length: parties * parties }, (): bigint[] => []);
  return {
    words,
    tap: (rounds) =>
      rounds.forEach(({ send }, from) => {
        for (const { peer, at, bytes } of send) {
          const message = memory(from).slice(at, at + bytes);
          const view = new DataView(message.buffer);
          for (let i = 0; i + 8 <= bytes; i += 8) words[from * parties + peer]!.push(view.getBigUint64(i, true));
        }
      }),
  };
}
