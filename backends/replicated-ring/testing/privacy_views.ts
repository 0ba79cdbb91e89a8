/**
 * What a party of the replicated ring protocol sees, over all random tapes of tiny rings.
 *
 * Party p holds the keys k_p and k_{p+1}, so of the tape it lacks exactly the digits of k_{p+2}. Its view is what it *knows* (its
 * own shares, the digits of its two keys) and the messages it receives. So the views are equally distributed for two secrets
 * if and only if, for every assignment of what it knows, the messages are, over the digits of k_{p+2} alone. That is
 * what {@linkcode findLeak} counts.
 *
 * One run holds many executions: element e of all tensors is an execution with inputs and tape of its own. That elements do
 * not touch each other is checked in `privacy_pads.ts`.
 *
 * @module
 */
import { type Elements, lockstep, type Memory, type PartyId, type Step } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import type { Permutations, Randomness } from "@symbolon/primitives";
import { type PairStreams, type Party, type ReplicatedShare, shareAt, summandBytes } from "../party.ts";
import { type Component, type Letter, takeApart, type Wire } from "./privacy_wire.ts";
import { type Coordinate, type StreamKind, Tape, TapeReader } from "./privacy_tape.ts";

/**
 * An operand: `shared` among all, a `summand` that each party knows alone, or `plain` at its owner.
 *
 * The secret is x, the summands of the two other parties, or x.
 */
export type Operand = "shared" | "summands" | { readonly plain: PartyId };

/** What a step is given at one party. */
export interface Places {
  /** By operand; the place of a summand or plain value is its `mine`. */
  readonly operands: readonly ReplicatedShare[];
  readonly out: ReplicatedShare;
  readonly more: ReplicatedShare;
  readonly opened: Elements;
}

/** A step and what it is tried on. */
export interface Experiment {
  readonly ring: number;
  readonly operands: readonly Operand[];
  /** Values of the secrets, one bigint an operand (two for summands). */
  secrets(): readonly (readonly bigint[])[];
  /** Results for each element. */
  readonly columns?: number;
  /** What the public stream of rounding thresholds gives: 0 unless told. */
  readonly shift?: bigint;
  step(party: Party, places: Places): Step<void>;
  readonly wire: Wire;
  /** What party p may know of the secrets, given its own shares of the first operand; nothing unless told. */
  may?(p: PartyId, secret: readonly bigint[], own: readonly bigint[]): string;
  /** Whether the results are right. `values` are the operands. */
  right?(values: readonly bigint[], results: readonly bigint[], execution: Execution, element: number): boolean;
}

/** One run. */
export interface Execution {
  /** Operand by party: the summand x_i, or the plain value. */
  readonly inputs: readonly (readonly BigUint64Array[])[];
  readonly tape: Tape;
  /** By receiver. */
  readonly received: readonly (readonly Component[])[];
  /** By receiver: bits of messages that belong to no element. */
  readonly padding: readonly (readonly number[])[];
  /** Bytes sent, all messages in order. */
  readonly bytes: readonly number[];
  /** Results by summand, element and column. */
  readonly results: readonly BigUint64Array[];
}

/** Elements of a shuffled tensor touch each other: `privacy_shuffle_test.ts` counts its views. */
const NO_ORDERS: Permutations = {
  permutation() {
    throw new Error("A permutation is drawn for all elements together");
  },
};

/** A public stream that gives the same word for ever. */
export function constantStream(memory: Memory, word: bigint): Randomness {
  const other = () => {
    throw new Error("Thresholds are words");
  };
  return { words: (at, n) => void memory.words.fill(word, at / 8, at / 8 + n), bits: other, planes: other };
}

/** Three parties whose randomness is read from tapes. */
export class Lab {
  readonly #memories = [0, 1, 2].map(() => new PartyMemory());
  readonly #readers: Record<StreamKind, TapeReader>[][];
  readonly #parties: Party[];

  constructor(readonly experiment: Experiment) {
    const { ring } = experiment;
    this.#readers = this.#memories.map((memory) =>
      [0, 1].map(() => ({ zero: new TapeReader(memory, ring), mask: new TapeReader(memory, ring) }))
    );
    this.#parties = this.#memories.map((memory, self) => {
      const streams = (i: 0 | 1): PairStreams => ({ ...this.#readers[self]![i]!, order: NO_ORDERS });
      return {
        self,
        prev: (self + 2) % 3,
        after: (self + 1) % 3,
        bits: ring,
        memory,
        own: streams(0),
        next: streams(1),
        thresholds: constantStream(memory, experiment.shift ?? 0n),
      };
    });
  }

  dispose(): void {
    for (const memory of this.#memories) memory.dispose();
  }

  /** All digits of an element's tape, found by a run on zeros. Both holders of a key must draw the same. */
  coordinates(): Coordinate[] {
    const { operands } = this.experiment;
    this.run(1, operands.map(() => [0, 1, 2].map(() => new BigUint64Array(1))), null);
    const found: Coordinate[] = [];
    for (let key = 0; key < 3; key++) {
      for (const kind of ["zero", "mask"] as const) {
        const log = this.#readers[key]![0]![kind].log;
        const other = this.#readers[(key + 2) % 3]![1]![kind].log;
        if (JSON.stringify(log) !== JSON.stringify(other)) {
          throw new Error(`The holders of key ${key} draw differently`);
        }
        log.forEach(({ bits, digits }, draw) => {
          for (let slot = 0; slot < digits; slot++) found.push({ key, kind, draw, slot, bits });
        });
      }
    }
    return found;
  }

  /** Runs n executions. `poison` is what lies in fresh memory. */
  run(n: number, inputs: Execution["inputs"], tape: Tape | null, poison = 0x5a): Execution {
    const { experiment } = this;
    const { ring, operands, columns = 1 } = experiment;
    const marks = this.#memories.map((m) => m.mark());
    const places = this.#parties.map(({ self, after, memory }): Places => {
      if (n < BATCH / 256) litter(memory, poison);
      const share = (size: number) => shareAt([size], memory.scratch(2 * summandBytes(size)));
      const placed = operands.map((kind, o) => {
        const x = share(n);
        memory.words.set(inputs[o]![self]!, x.mine / 8);
        if (kind === "shared") memory.words.set(inputs[o]![after]!, x.next / 8);
        return x;
      });
      const out = columns === 1 ? share(n) : shareAt([n, columns], memory.scratch(2 * summandBytes(n * columns)));
      return { operands: placed, out, more: share(n), opened: { shape: [n], at: memory.scratch(8 * n) } };
    });
    this.#readers.forEach((ends, p) =>
      ends.forEach((streams, i) => {
        for (const kind of ["zero", "mask"] as const) {
          streams[kind].load(tape && tape.stream((p + i) % 3, kind), n, columns > 1);
        }
      })
    );
    const received: Component[][] = [[], [], []];
    const padding: number[][] = [[], [], []];
    const sent: number[] = [];
    let at = 0;
    lockstep(
      this.#parties.map((party) => ({ memory: party.memory, step: experiment.step(party, places[party.self]!) })),
      (rounds) => {
        const letters = [...experiment.wire[at++] ?? []];
        rounds.forEach(({ send }, from) => {
          for (const message of send) {
            const found = letters.findIndex((l: Letter) => l.from === from && l.to === message.peer);
            if (found < 0) throw new Error(`Round ${at}: a message from ${from} to ${message.peer} is not described`);
            const [letter] = letters.splice(found, 1) as [Letter];
            const memory = this.#memories[from]!;
            const { components, bytes } = takeApart(memory, message.at, letter, {
              ...{ n, ring, round: at, padding: padding[message.peer]! },
            });
            if (bytes !== message.bytes) {
              throw new Error(`Round ${at}: ${message.bytes} bytes where ${bytes} are described`);
            }
            received[message.peer]!.push(...components);
            if (n <= 16) sent.push(...memory.bytes.subarray(message.at, message.at + message.bytes));
          }
        });
        if (letters.length > 0) throw new Error(`Round ${at}: ${letters.length} messages are described but not sent`);
      },
    );
    const summand = (p: number, from: number) =>
      reduced(this.#memories[p]!.words.slice(from / 8, from / 8 + n * columns), ring);
    const results = places.map(({ out }, p) => summand(p, out.mine));
    places.forEach(({ out }, p) => {
      if (tape !== null && experiment.right && !same(summand(p, out.next), results[(p + 1) % 3]!)) {
        throw new Error(`Parties ${p} and ${(p + 1) % 3} hold different summands`);
      }
    });
    this.#memories.forEach((m, p) => m.release(marks[p]!));
    return { inputs, tape: tape ?? new Tape([], []), received, padding, bytes: sent, results };
  }
}

/** Words modulo 2^ring, in place: by halves, for there are millions, and a bigint is an object. */
function reduced(words: BigUint64Array, ring: number): BigUint64Array {
  const halves = new Uint32Array(words.buffer);
  const [low, high] = [ring >= 32 ? -1 : 2 ** ring - 1, ring > 32 ? -1 >>> (64 - ring) : 0];
  for (let i = 0; i < halves.length; i += 2) {
    halves[i]! &= low;
    halves[i + 1]! &= high;
  }
  return words;
}

function same(x: BigUint64Array, y: BigUint64Array): boolean {
  const [a, b] = [x, y].map(({ buffer }) => new Uint32Array(buffer)) as [Uint32Array, Uint32Array];
  return a.length === b.length && a.every((half, i) => half === b[i]);
}

/** Fills what scratch memory comes next, enough for a few executions. */
function litter(memory: Memory, poison: number): void {
  const mark = memory.mark();
  const bytes = 1 << 17;
  const at = memory.scratch(bytes);
  memory.bytes.fill(poison, at, at + bytes);
  memory.release(mark);
}

/** A digit that is not taken from the tape of its own. */
export interface Planted {
  readonly coordinate: number;
  /** Copies another digit; zero if left out. */
  readonly from?: number;
}

/** How far to enumerate. */
export interface Extent {
  /** Executions at most; if all tapes are more, some assignments of what the party knows are drawn at random. */
  readonly most: number;
  readonly seed: number;
  readonly planted?: Planted;
}

/** What was counted, and the first difference. */
export interface Counted {
  readonly executions: number;
  /** Whether every assignment of what the party knows was tried. */
  readonly complete: boolean;
  readonly leak: string | null;
}

/** Executions a run. */
const BATCH = 1 << 16;

/** Counts party p's views and looks for two secrets, alike in what p may know, whose views differ. */
export function findLeak(lab: Lab, p: PartyId, extent: Extent): Counted {
  const { experiment } = lab;
  const { ring, operands, right } = experiment;
  const secrets = experiment.secrets();
  if (!experiment.wire.flat().some((l) => l.to === p)) return { executions: 0, complete: true, leak: null };
  const shape = lab.coordinates();
  const lacks = (p + 2) % 3;
  /** Digits that p knows: its own part of each operand, then its tape. */
  const known: { bits: number; operand?: number; party?: number; coordinate?: number }[] = [];
  operands.forEach((kind, operand) => {
    if (typeof kind === "object") return;
    known.push({ bits: ring, operand, party: p });
    if (kind === "shared") known.push({ bits: ring, operand, party: (p + 1) % 3 });
  });
  const unknown: { bits: number; coordinate: number }[] = [];
  shape.forEach(({ key, bits }, coordinate) => (key === lacks ? unknown : known).push({ bits, coordinate }));

  const sizeOf = (digits: readonly { bits: number }[]) => 2 ** digits.reduce((s, d) => s + d.bits, 0);
  const tails = sizeOf(unknown);
  const cases = secrets.length * tails;
  if (cases > 2 ** 20) throw new RangeError(`${cases} executions for each assignment are too many to count`);
  const assignments = Math.min(sizeOf(known), Math.max(1, Math.floor(extent.most / cases)));
  const complete = assignments === sizeOf(known);
  const together = Math.max(1, Math.floor(BATCH / cases));
  const random = sampler(extent.seed);

  for (let first = 0; first < assignments; first += together) {
    const count = Math.min(together, assignments - first);
    const n = count * cases;
    const inputs = operands.map(() => [0, 1, 2].map(() => new BigUint64Array(n)));
    const columns = shape.map(() => new BigUint64Array(n));
    let shift = 0;
    for (const { bits, operand, party, coordinate } of known) {
      const to = coordinate === undefined ? inputs[operand!]![party!]! : columns[coordinate]!;
      for (let k = 0; k < count; k++) {
        const digit = complete ? Math.floor((first + k) / 2 ** shift) % 2 ** bits : random() % 2 ** bits;
        to.fill(BigInt(digit), k * cases, (k + 1) * cases);
      }
      shift += bits;
    }
    shift = 0;
    for (const { bits, coordinate } of unknown) {
      const low = new Uint32Array(columns[coordinate]!.buffer);
      for (let e = 0; e < n; e++) low[2 * e] = (e % tails) >>> shift & (2 ** bits - 1);
      shift += bits;
    }
    shareSecrets(experiment, p, { inputs, secrets, tails });
    const { planted } = extent;
    if (planted) {
      columns[planted.coordinate] = planted.from === undefined ? new BigUint64Array(n) : columns[planted.from]!;
    }
    const execution = lab.run(n, inputs, new Tape(shape, columns));
    if (right && !planted && first === 0) checkResults(execution, experiment, n);
    const leak = compare(experiment, p, { execution, secrets, count, tails });
    if (leak !== null) return { executions: (first + count) * cases, complete, leak };
  }
  return { executions: assignments * cases, complete, leak: null };
}

/** Fills in what of the operands party p does not know, so that each execution has its secret. */
function shareSecrets(
  { ring, operands }: Experiment,
  p: PartyId,
  { inputs, secrets, tails }: {
    readonly inputs: Execution["inputs"];
    readonly secrets: ReturnType<Experiment["secrets"]>;
    readonly tails: number;
  },
): void {
  if (ring > 32) throw new RangeError(`${ring} bits are too many to count`);
  const mask = ring === 32 ? -1 : 2 ** ring - 1;
  let s = 0;
  operands.forEach((kind, o) => {
    const [mine, next, last] = [0, 1, 2].map((i) => new Uint32Array(inputs[o]![(p + i) % 3]!.buffer)) as Halves;
    /** The next number of the secrets, by execution, less what others hold of it. */
    const fill = (to: Uint32Array, ...less: readonly Uint32Array[]) => {
      const values = secrets.map((secret) => Number(BigInt.asUintN(ring, secret[s]!)));
      s++;
      for (let e = 0; 2 * e < to.length; e++) {
        let value = values[Math.floor(e / tails) % values.length]!;
        for (const other of less) value -= other[2 * e]!;
        to[2 * e] = value & mask;
      }
    };
    if (kind === "shared") fill(last, mine, next);
    else if (kind === "summands") {
      fill(next);
      fill(last);
    } else fill(new Uint32Array(inputs[o]![kind.plain]!.buffer));
  });
}

/** Words of three parties as halves, the lower one first. */
type Halves = [Uint32Array, Uint32Array, Uint32Array];

/** Compares the messages' counts, one assignment of what p knows after the other. */
function compare(
  { operands, may }: Experiment,
  p: PartyId,
  { execution, secrets, count, tails }: {
    readonly execution: Execution;
    readonly secrets: ReturnType<Experiment["secrets"]>;
    readonly count: number;
    readonly tails: number;
  },
): string | null {
  const messages = execution.received[p]!;
  const n = count * secrets.length * tails;
  const size = 2 ** messages.reduce((s, m) => s + m.bits, 0);
  if (size > 2 ** 26) throw new RangeError(`${size} possible messages are too many to count`);
  const view = new Uint32Array(n);
  let shift = 0;
  for (const { bits, values } of messages) {
    const low = new Uint32Array(values.buffer);
    for (let e = 0; e < n; e++) view[e]! |= low[2 * e]! << shift;
    shift += bits;
  }
  for (let k = 0; k < count; k++) {
    const counts = new Map<string, { readonly secret: readonly bigint[]; readonly sorted: Uint32Array }>();
    for (let s = 0; s < secrets.length; s++) {
      const from = (k * secrets.length + s) * tails;
      const secret = secrets[s]!;
      const own = operands.length === 0 ? [] : [0, 1].map((i) => execution.inputs[0]![(p + i) % 3]![from]!);
      const label = may?.(p, secret, own) ?? "";
      const sorted = view.slice(from, from + tails).sort();
      const known = counts.get(label);
      if (known === undefined) counts.set(label, { secret, sorted });
      else if (!sorted.every((v, i) => v === known.sorted[i])) {
        return `Party ${p} sees other messages for the secrets ${secret} than for ${known.secret}`;
      }
    }
  }
  return null;
}

/** Signed value of a word of the ring. */
export function signed(experiment: Experiment, v: bigint): bigint {
  return BigInt.asIntN(experiment.ring, v);
}

function checkResults(execution: Execution, experiment: Experiment, n: number): void {
  const { operands, columns = 1 } = experiment;
  const total = (parts: readonly BigUint64Array[], i: number) => parts.reduce((s, part) => s + part[i]!, 0n);
  for (let e = 0; e < n; e++) {
    const values = operands.map((kind, o) =>
      signed(
        experiment,
        typeof kind === "object" ? execution.inputs[o]![kind.plain]![e]! : total(execution.inputs[o]!, e),
      )
    );
    const results = Array.from(
      { length: columns },
      (_, c) => signed(experiment, total(execution.results, e * columns + c)),
    );
    if (!experiment.right!(values, results, execution, e)) throw new Error(`${values} gives ${results}`);
  }
}

/** Uniform 32-bit integers (mulberry32), for the choice of cases only. */
export function sampler(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}
