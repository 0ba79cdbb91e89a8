/**
 * Measuring one row: seconds of several runs after a warm-up, rounds and bytes of the last, preprocessing apart.
 *
 * @module
 */
import { compile } from "@symbolon/compiler";
import { type Demand, unitsByName } from "@symbolon/protocol";
import { MATERIAL as MASCOT } from "../backends/mascot-field/material.ts";
import { MATERIAL as SEMI2K } from "@symbolon/semi2k";
import { plan } from "@symbolon/engine";
import { runUnchecked as run, type UncheckedRunSummary as RunSummary } from "../engine/run/run.ts";
import type { Row } from "./rows.ts";
import type { Suite } from "./suites.ts";

/** Bits that some checks take. */
const FEW = 1 << 12;

/** A run that takes longer warms up within itself, and is measured once more only. */
const LONG_SECONDS = 10;

/** The spread of several runs. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Rounds and bytes (of all parties together) of one part of a run. */
export interface Traffic {
  readonly rounds: number;
  readonly bytes: number;
}

/** What was measured of a row. */
export interface Measured {
  readonly name: string;
  /** From the first input to the last output, preprocessing included. */
  readonly seconds: Spread;
  /** Without preprocessing. `seconds` is a median, as below. */
  readonly online: Traffic & { readonly seconds: number };
  /** Absent: the protocol needs none. */
  readonly preprocessing?: Traffic & {
    readonly seconds: number;
    /** What was made, by kind. */
    readonly material: Readonly<Record<string, number>>;
    /** Products of two words a second that triples were made for. */
    readonly triplesPerSecond?: number;
  };
  readonly transport: string;
  readonly runs: number;
}

/** Runs a row several times; null if its program does not exist yet. */
export async function measure(
  name: string,
  { program, args = [] }: Row,
  suite: Suite,
  runs: number,
): Promise<Measured | null> {
  if (program === null) return null;
  const { backend, transport } = suite;
  const once = () => run(program, { backend, args, transport });
  const first = await once();
  const all: RunSummary[] = [];
  for (let i = 0; i < (first.seconds > LONG_SECONDS ? 1 : runs); i++) all.push(await once());
  const last = all.at(-1)!;
  const made = median(all.map(({ preprocessing }) => preprocessing.seconds));
  const { prediction: { demand } } = await plan(compile(program, { args }), { backend });
  const triples = singleTriples(demand);
  return {
    name,
    seconds: spread(all.map(({ seconds }) => seconds)),
    online: {
      seconds: median(all.map(({ seconds, preprocessing }) => seconds - preprocessing.seconds)),
      rounds: last.rounds,
      bytes: last.bytes.total,
    },
    ...(last.preprocessing.rounds === 0 ? {} : {
      preprocessing: {
        ...last.preprocessing,
        seconds: made,
        material: unitsByName(demand),
        ...(triples === null ? {} : { triplesPerSecond: Math.round(triples / made) }),
      },
    }),
    transport: last.transport,
    runs: all.length,
  };
}

/** Products in what a program needs, or null if it needs something else as well: its time cannot be told apart. */
function singleTriples(demand: Demand): number | null {
  let total = 0;
  for (const [kind, n] of demand) {
    const size = (SEMI2K.matrixTriple.sizeOf(kind) ?? MASCOT.matrixTriple.sizeOf(kind))?.size;
    if (size !== undefined && size.x === undefined && size.y === undefined) {
      total += n * size.size.reduce((p, d) => p * d, 1);
    } else if (kind === SEMI2K.triple.of() || kind === MASCOT.triple.of()) total += n;
    // A check takes a few bits.
    else if (kind !== MASCOT.ownedBit.of(0) || n > FEW) return null;
  }
  return total === 0 ? null : total;
}

function spread(values: readonly number[]): Spread {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
