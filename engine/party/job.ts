/**
 * What one party of a run is told, what it tells while the program runs, and what it reports at its end: plain data, the same in a thread,
 * a worker or a process. The files that it is told of are looked over before anything is sent.
 *
 * @module
 */
import { type Brought, readings, type Segment, type Tape } from "@symbolon/compiler";
import { systemEntropy } from "@symbolon/primitives";
import type { BackendOptions, PartyId, Traffic } from "@symbolon/protocol";
import { type InputOrigin, InputReader, type Leftover, openInput, type Published, type Spent } from "@symbolon/vm";

/** A run that has to do with kept material. Absent: material is made where the program runs, and used there. */
export interface KeptPreprocessing {
  /** Makes material and stops, or uses what was made. */
  readonly mode: "only" | "file";
  /** Where the parties' files are. */
  readonly folder: string;
}

/** What one party brings. */
export interface PartyInputs {
  /** Its files, or what stands for them. */
  readonly inputs: readonly (InputOrigin & { readonly owner: PartyId; readonly source: "binary" | "text" })[];
  /** What the program brings in place of a part of the binary inputs, by party. */
  readonly brought: ReadonlyMap<PartyId, Brought>;
}

/** What one party is told. */
export interface PartyJob extends PartyInputs {
  /** The backend's name. */
  readonly backend: string;
  readonly options: BackendOptions;
  readonly tape: Tape;
  /** The tape's hash. */
  readonly tapeHash: string;
  /** The tape's schedule for the backend. */
  readonly segments: readonly Segment[];
  readonly threads: number;
  /** Stops at the first value outside its range; "values" shows it. Only in the clear, where absent means "bits". */
  readonly checkRange?: "bits" | "values" | "off" | undefined;
  readonly preprocessing?: KeptPreprocessing | undefined;
}

/** What parties are told besides their program, its schedule and their inputs. */
export interface JobOptions extends BackendOptions, Pick<PartyJob, "backend" | "checkRange" | "preprocessing"> {
  /** Threads that compute. Absent: the program's. */
  readonly threads?: number | undefined;
}

/** What all parties of a run are told alike. */
export function jobOf(
  { tape, tapeHash, threads = 1 }: {
    readonly tape: Tape;
    readonly tapeHash: string;
    readonly threads?: number | undefined;
  },
  { segments }: { readonly segments: readonly Segment[] },
  options: JobOptions,
): Omit<PartyJob, keyof PartyInputs> {
  const { backend, parties, domain, publicSeed, checkRange, preprocessing } = options;
  return {
    ...{ backend, tape, tapeHash, segments },
    options: { parties, domain, publicSeed },
    threads: options.threads ?? threads,
    ...{ checkRange, preprocessing },
  };
}

/** Where a party's input files are, asked for only if the program reads them and does not bring all of their values. */
export type InputFiles = (owner: PartyId, source: "binary" | "text") => InputOrigin;

/** What {@linkcode openInputs} opens files for. */
export interface InputReadings {
  readonly tape: Tape;
  /** What the program brings: no file is needed for that. */
  readonly brought: ReadonlyMap<PartyId, Brought>;
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
  { tape, brought, usesSamples }: InputReadings,
  open: InputFiles,
  { only, onNotice = () => {} }: { readonly only?: PartyId; readonly onNotice?: (line: string) => void } = {},
): PartyInputs["inputs"] {
  const files: (InputOrigin & { owner: PartyId; source: "binary" | "text" })[] = [];
  const reader = new InputReader((owner, source) => {
    const origin = open(owner, source);
    files.push({ owner, source, ...origin });
    return openInput(origin);
  }, brought);
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

/** A file of one party's material. */
export interface MaterialFile {
  /** Its name in the folder. */
  readonly name: string;
  /** Its length. */
  readonly bytes: number;
}

/** What one party reports at its end. Time and traffic of preprocessing are apart from those of the program. */
export interface PartyResult {
  readonly seconds: number;
  readonly traffic: Traffic;
  readonly spent: Spent;
  readonly registerBytes: number;
  /** What it has written, if it only preprocesses: nothing else has run then. */
  readonly file?: MaterialFile;
}

/** What the parties of a run that one caller starts have in common: 32 bytes that no other run has. */
export function freshRun(): Uint8Array {
  const run = new Uint8Array(32);
  systemEntropy(run);
  return run;
}

/** What a party tells: plain data. */
export type PartyEvent =
  | { readonly type: "print"; readonly line: string }
  | { readonly type: "output"; readonly value: Published }
  | { readonly type: "metric"; readonly name: string; readonly value: number }
  | { readonly type: "progress"; readonly rounds: number }
  | { readonly type: "preprocessing"; readonly fraction: number };

/** Hears a run. Of several parties: outputs of each, prints once. */
export interface Listener {
  print(line: string): void;
  output(value: Published & { readonly learnedBy: PartyId }): void;
  metric(name: string, value: number): void;
  /** Rounds done so far, preprocessing not counted. Called at most every few milliseconds. */
  progress(rounds: number): void;
  /** Which part of the preprocessing is done, from 0 to 1. Called like `progress`, before the program. */
  preprocessing?(fraction: number): void;
}

/** Passes the events of all parties on: everybody prints the same and is equally far, so party 0 speaks for all. */
export function hearAll(listener: Listener, party: PartyId, event: PartyEvent): void {
  if (party === 0 || event.type === "output" && event.value.party !== "all") hear(listener, party, event);
}

/** Passes a party's events on. */
export function hear(listener: Listener, party: PartyId, event: PartyEvent): void {
  switch (event.type) {
    case "print":
      return listener.print(event.line);
    case "output":
      return listener.output({ ...event.value, learnedBy: party });
    case "metric":
      return listener.metric(event.name, event.value);
    case "preprocessing":
      return listener.preprocessing?.(event.fraction);
    case "progress":
      return listener.progress(event.rounds);
  }
}

/** Milliseconds between reports of progress. */
const PROGRESS_EVERY = 100;

/** The clock is looked at after so many rounds at most: slow ones may follow many quick ones. */
const LONGEST_STRIDE = 16;

/** Tells of progress, but not too often, at hardly any cost a round. */
export class Progress {
  #told = performance.now();
  #looked = this.#told;
  #stride = 1;
  #left = 1;

  /** `tell`: what is called now and then. */
  constructor(readonly tell: () => void) {}

  /** To be called often: calls are counted, and the clock is looked at now and then. */
  readonly tick = (): void => {
    if (--this.#left > 0) return;
    const now = performance.now();
    this.#stride = now - this.#looked < 1 ? Math.min(LONGEST_STRIDE, 2 * this.#stride) : 1;
    this.#left = this.#stride;
    this.#looked = now;
    if (now - this.#told < PROGRESS_EVERY) return;
    this.#told = now;
    this.tell();
  };
}
