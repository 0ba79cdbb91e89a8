/**
 * The files that a compiled program reads, looked over before anything is sent.
 *
 * @module
 */
import { type Given, readings, type Tape } from "@symbolon/compiler";
import type { PartyId } from "@symbolon/protocol";
import { type InputOrigin, InputReader, type Leftover, openInput } from "@symbolon/vm";
import type { PartyInputs } from "./party/job.ts";

/** Where a party's input files are, asked for only if the program reads them and does not bring all of their values. */
export type InputFiles = (owner: PartyId, source: "binary" | "text") => InputOrigin;

/** What {@linkcode openInputs} opens files for. */
export interface InputReadings {
  readonly tape: Tape;
  /** What the program brings: no file is needed for that. */
  readonly inputs: ReadonlyMap<PartyId, Given>;
  /** What the program reads depends on the number of samples that it is told. */
  readonly usesSamples: boolean;
}

/**
 * Opens the files that the program reads and reads them once, so that nothing is sent if one is wrong.
 *
 * `only`: those of this party. `onNotice` is told what looks wrong, though it can be read.
 *
 * @throws {RangeError} if a file is missing, too short or out of range; or longer than what is read in a way that shows that it is
 * another program's, or was made for another number of samples
 */
export function openInputs(
  { tape, inputs, usesSamples }: InputReadings,
  open: InputFiles,
  { only, onNotice = () => {} }: { readonly only?: PartyId; readonly onNotice?: (line: string) => void } = {},
): PartyInputs["inputs"] {
  const files: (InputOrigin & { owner: PartyId; source: "binary" | "text" })[] = [];
  const reader = new InputReader((owner, source) => {
    const origin = open(owner, source);
    files.push({ owner, source, ...origin });
    return openInput(origin);
  }, inputs);
  for (const { owner, source, kind, count, labels } of readings(tape)) {
    if (only === undefined || owner === only) reader.check(owner, source, kind, count, labels);
  }
  for (const leftover of reader.leftovers()) {
    const { name, left, unit } = leftover;
    const more = `${name} holds ${left.toLocaleString("en")} ${
      left === 1 ? unit.slice(0, -1) : unit
    } more than the program reads`;
    const wrong = misreading(leftover, usesSamples);
    if (wrong !== null) throw new RangeError(`${more}: ${wrong}`);
    onNotice(`${more}: is it another program's?`);
  }
  return files;
}

/** Bytes of the smallest value in a binary input. */
const SMALLEST = 4;

/** Why what is left over shows that the values were misread, and what to do; null if it does not. */
function misreading({ left, unit }: Leftover, usesSamples: boolean): string | null {
  if (unit === "bytes" && left % SMALLEST !== 0) {
    return "it ends within a value, so it was cut off or is no binary input; provide the whole file";
  }
  if (!usesSamples) return null;
  return "it was made for another number of samples, so that values would be taken for others; give option samples the number that it " +
    "was made with, or make it anew";
}
