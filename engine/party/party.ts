/**
 * One party's part in a run, from its keys to its last output, as phases that a carrier drives one after the other: the same whatever
 * carries its messages.
 *
 * @module
 */
import { predict } from "@symbolon/compiler";
import { PartyMemory } from "@symbolon/kernels";
import { systemEntropy } from "@symbolon/primitives";
import {
  type Backend,
  type Demand,
  NO_DEMAND,
  type PartyId,
  type Protocol,
  type Step,
  type Target,
  type Traffic,
} from "@symbolon/protocol";
import type { Agreement } from "@symbolon/transport";
import { type Environment, InputReader, openInput, prepare, type Prepared, rangeCheck, Supply } from "@symbolon/vm";
import { type PartyEvent, type PartyInputs, type PartyJob, type PartyResult, Progress } from "./job.ts";
import { keptDemand, makeMaterial, openMaterial, type PartyMaterial, showDomain } from "./material.ts";

/** Who plays, and who is told. */
export interface PartyOptions {
  readonly self: PartyId;
  readonly backend: Backend;
  readonly emit: (event: PartyEvent) => void;
  /** Only where a party is alone: asked between instructions, whether to let the event loop have its turn. */
  readonly pause?: () => boolean;
}

/** How a party is connected. */
export interface Connection {
  /** What the parties of this run have in common: see `PartySetup`. */
  readonly run: Uint8Array;
  /** What its channel counts. */
  readonly traffic: Traffic;
}

/** A part of a run. All parties end one before any begins the next. */
export interface Phase {
  begin(): Step<void>;
  /** To be called when the step has ended. The run itself is no step within a step: see docs/adr/0020. */
  end?(): void;
}

/** A party: its files are open from the beginning, its memory and its files are given back by `close`. */
export class Party {
  readonly self: PartyId;
  /** Where its messages are. */
  readonly memory: PartyMemory = new PartyMemory();
  readonly #job: PartyJob;
  readonly #options: PartyOptions;
  readonly #target: Target;
  readonly #demand: Demand;
  #material: PartyMaterial | null = null;
  #progress: Progress | null = null;
  #protocol: Protocol | null = null;
  #prepared: Prepared | null = null;
  #result: PartyResult | null = null;

  /** @throws {RangeError} if its file of material does not fit, before anything is sent */
  constructor(job: PartyJob, options: PartyOptions) {
    this.#job = job;
    this.#options = options;
    const { self, backend, emit } = options;
    this.self = self;
    this.#target = backend.target(job.options);
    this.#demand = this.#target.preprocessing === undefined ? NO_DEMAND : predict(job.segments, this.#target).demand;
    const { preprocessing } = job;
    if (preprocessing === undefined) return;
    let read = 0;
    const reading = new Progress(() => emit({ type: "preprocessing", fraction: read }));
    const tell = (fraction: number) => {
      read = fraction;
      reading.tick();
    };
    try {
      this.#material = openMaterial(preprocessing, job, { self, backend, demand: this.#demand, tell });
    } catch (error) {
      this.memory.dispose();
      throw error;
    }
  }

  /** What it wants all parties of the run to agree on, in a network. */
  get agreement(): Agreement {
    const { tapeHash, options, preprocessing } = this.#job;
    const { name, parties, domain } = this.#target;
    const reader = this.#material?.reader;
    return {
      parties,
      backend: name,
      domain: showDomain(domain),
      tapeHash,
      options: {
        // With a seed at one party only, each would draw other public coins and the results would be wrong.
        ...(options.publicSeed === undefined ? {} : { publicSeed: options.publicSeed }),
        ...(preprocessing === undefined ? {} : { [`preprocessing: "${preprocessing.mode}"`]: true }),
      },
      ...(reader === undefined ? {} : { material: { file: reader.name, session: reader.session } }),
    };
  }

  /** All that it does in a run, in order. */
  phases({ run, traffic }: Connection): readonly Phase[] {
    const setUp: Phase = { begin: () => this.#setUp(run) };
    if (this.#material?.writer !== undefined) return [setUp, { begin: () => this.#makeMaterial() }];
    return [setUp, { begin: () => this.#prepare() }, this.#running(traffic)];
  }

  /** To be called after each round that this party has exchanged. */
  readonly afterRound = (): void => this.#progress?.tick();

  /** What it reports when all phases have ended. */
  get result(): PartyResult {
    if (this.#result === null) throw new Error("internal: the party has not come to its end");
    return this.#result;
  }

  /** Ends: its memory is wiped, and no file is left half-written or half-used. */
  close(): void {
    this.memory.dispose();
    this.#material?.close();
  }

  /** Agrees on keys. */
  *#setUp(run: Uint8Array): Step<void> {
    const { memory } = this;
    const material = this.#material?.reader;
    const setup = { memory, entropy: systemEntropy, run, ...(material === undefined ? {} : { material }) };
    this.#protocol = yield* this.#options.backend.setup(this.self, this.#job.options, setup);
  }

  /** Makes all material and keeps it. */
  *#makeMaterial(): Step<void> {
    const demand = this.#demand;
    const protocol = this.#protocol!;
    const supply = new Supply(protocol, demand);
    this.#watch(supply.spent.sent);
    const held = keptDemand(this.#options.backend, demand);
    this.#result = yield* makeMaterial(protocol, { demand: held, supply }, this.#material!.writer!);
  }

  /** Makes ready what the program does, and its material as far as it fits. */
  *#prepare(): Step<void> {
    const { tape, segments, checkRange = this.#target.clear ? "bits" : "off" } = this.#job;
    const { pause } = this.#options;
    const prepared = prepare(tape, segments, this.#protocol!, {
      ...environmentOf(this.#job, this.#options.emit),
      ...(checkRange === "off" ? {} : { observe: rangeCheck(tape, { showValues: checkRange === "values" }) }),
      ...(pause === undefined ? {} : { pause }),
    });
    this.#prepared = prepared;
    this.#watch(prepared.spent.sent);
    yield* prepared.preprocess();
  }

  /** Runs the program. What making more material within it takes is no part of its time and traffic. */
  #running(traffic: Traffic): Phase {
    const now = () => ({
      ...{ at: performance.now(), rounds: traffic.rounds, sent: [...traffic.sent] },
      spent: { ...this.#prepared!.spent, sent: [...this.#prepared!.spent.sent] },
    });
    let before: ReturnType<typeof now>;
    return {
      begin: () => {
        const { spent, run } = this.#prepared!;
        before = now();
        const rounds = () => traffic.rounds - before.rounds - (spent.rounds - before.spent.rounds);
        this.#progress = new Progress(() => this.#options.emit({ type: "progress", rounds: rounds() }));
        return run();
      },
      end: () => {
        const { at, rounds, sent, spent } = now();
        this.#result = {
          seconds: (at - before.at) / 1000 - (spent.seconds - before.spent.seconds),
          traffic: {
            rounds: rounds - before.rounds - (spent.rounds - before.spent.rounds),
            sent: sent.map((bytes, p) => bytes - before.sent[p]! - (spent.sent[p]! - before.spent.sent[p]!)),
          },
          spent,
          registerBytes: this.#prepared!.registerBytes,
        };
      },
    };
  }

  /** Tells from now on which part of the preprocessing is done, by the bytes that this party has `sent` for it. */
  #watch(sent: readonly number[]): void {
    const demand = this.#demand;
    if (demand.size === 0 || this.#target.preprocessing === undefined) return;
    const sum = (bytes: readonly number[]) => bytes.reduce((a, b) => a + b, 0);
    const expected = Math.max(1, sum(this.#target.preprocessing(demand).links[this.self]!));
    this.#progress = new Progress(() =>
      this.#options.emit({ type: "preprocessing", fraction: Math.min(1, sum(sent) / expected) })
    );
  }
}

/** The environment of one party; what it emits goes to `emit`. */
export function environmentOf({ inputs, brought }: PartyInputs, emit: (event: PartyEvent) => void): Environment {
  const reader = new InputReader((owner, source) => {
    const file = inputs.find((f) => f.owner === owner && f.source === source);
    if (file === undefined) throw new RangeError(`Party ${owner} has no ${source} input here`);
    return openInput(file);
  }, brought);
  return {
    input: (owner, source, kind, count) => reader.take(owner, source, kind, count),
    print: (line) => emit({ type: "print", line }),
    output: (value) => emit({ type: "output", value }),
    metric: (name, value) => emit({ type: "metric", name, value }),
  };
}
