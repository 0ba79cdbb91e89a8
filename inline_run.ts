/**
 * All parties of a run in one thread.
 *
 * @module
 */
import type { Compiled, Prediction, Segment } from "@symbolon/compiler";
import { PartyMemory } from "@symbolon/kernels";
import { systemEntropy } from "@symbolon/primitives";
import type { Backend, PartyId, Step, Target } from "@symbolon/protocol";
import { Pace, runInlinePaced } from "@symbolon/transport";
import { prepare, rangeCheck } from "@symbolon/vm";
import type { EngineOptions, PartyInputs } from "./engine.ts";
import { startThreads } from "./kernel_threads.ts";
import {
  environmentOf,
  freshRun,
  hear,
  type Listener,
  type PartyEvent,
  type PartyResult,
  programOnly,
  speaks,
} from "./party_job.ts";
import { makeMaterial, openMaterial, type PartyMaterial, watched } from "./party_material.ts";

/** Milliseconds between reports of progress. */
const PROGRESS_EVERY = 100;

/** A program made ready. */
interface Ready {
  readonly backend: Backend;
  readonly target: Target;
  readonly segments: readonly Segment[];
  readonly prediction: Prediction;
}

/** Runs under way in this thread: one at a time, as they share its memory and its helpers. */
let underWay: Promise<unknown> = Promise.resolve();

/** Runs all parties in lockstep, when no other such run is under way. `inputsOf` gives each its inputs. */
export async function runAllInline(...run: Parameters<typeof runAlone>): Promise<PartyResult[]> {
  const before = underWay;
  const { promise, resolve } = Promise.withResolvers<void>();
  underWay = promise;
  try {
    await before;
    return await runAlone(...run);
  } finally {
    resolve();
  }
}

async function runAlone(
  { tape, hash }: Compiled,
  { backend, target, segments, prediction: { demand } }: Ready,
  options: EngineOptions & { readonly threads: number },
  inputsOf: (self: PartyId) => PartyInputs,
): Promise<PartyResult[]> {
  const { listener, preprocessing, signal } = options;
  signal?.throwIfAborted();
  const pace = new Pace();
  const job = { tape, hash, options, ...(preprocessing === undefined ? {} : { preprocessing }) };
  const emitOf = (self: PartyId) => (event: PartyEvent) => {
    if (speaks(event, self)) hear(listener, self, event);
  };
  const materials: PartyMaterial[] = [];
  const stopThreads = startThreads(options.threads);
  const parties = Array.from({ length: target.parties }, (_, self) => ({ self, memory: new PartyMemory() }));
  /** Runs a step a party. */
  const all = <T>(step: (self: PartyId) => Step<T>, tap?: () => void) => {
    pace.resume();
    const runners = parties.map(({ self, memory }) => ({ memory, step: step(self) }));
    return runInlinePaced(runners, { pace, signal, ...(tap === undefined ? {} : { tap }) });
  };
  try {
    for (const { self } of parties) materials.push(openMaterial(job, { self, backend, emit: emitOf(self) }));
    const run = freshRun();
    const { results: protocols } = await all((self) => {
      const { reader } = materials[self]!;
      const material = reader === undefined ? {} : { material: reader };
      const { memory } = parties[self]!;
      return backend.setup(self, options, { memory, entropy: systemEntropy, run, ...material });
    });
    if (preprocessing?.mode === "only") {
      const made = await all((self) => makeMaterial(protocols[self]!, demand, materials[self]!.writer!, emitOf(self)));
      return made.results;
    }
    const { checkRange = target.clear ? "bits" : "off" } = options;
    const observe = checkRange === "off" ? undefined : rangeCheck(tape, { showValues: checkRange === "values" });
    const prepared = protocols.map((protocol, self) =>
      prepare(tape, segments, protocol, {
        ...environmentOf(inputsOf(self), emitOf(self)),
        ...(observe === undefined ? {} : { observe }),
        ...(target.parties === 1 ? { pause: pace.due } : {}),
      })
    );
    await all((self) => {
      const { preprocess, spent } = prepared[self]!;
      return watched(preprocess(), { protocol: protocols[self]!, demand, spent, emit: emitOf(self) });
    });
    const before = prepared.map(({ spent }) => ({ ...spent, sent: [...spent.sent] }));
    const start = performance.now();
    const made = () => prepared[0]!.spent.rounds - before[0]!.rounds;
    const { traffic } = await all((self) => prepared[self]!.run(), progressTap(listener, made));
    const seconds = (performance.now() - start) / 1000;
    return prepared.map(({ registerBytes, spent }, self) =>
      programOnly({ seconds, registerBytes, traffic: traffic[self]!, spent }, before[self]!)
    );
  } finally {
    stopThreads();
    for (const { memory } of parties) memory.dispose();
    for (const material of materials) material.close();
  }
}

/** Reports rounds but those that have made material, of which there are `made`. */
function progressTap(listener: Listener, made: () => number): () => void {
  let rounds = 0;
  let last = performance.now();
  return () => {
    if (++rounds % 256 !== 0) return;
    const now = performance.now();
    if (now - last < PROGRESS_EVERY) return;
    last = now;
    listener.progress(rounds - made());
  };
}
