/**
 * Progress of a run on standard error: a bar on a terminal, plain lines elsewhere. Silent for the first two seconds.
 *
 * @module
 */
// @ts-types="npm:@types/cli-progress@3.11.6"
import { Presets, SingleBar } from "cli-progress";

const QUIET_MS = 2000;
const LINE_EVERY_MS = 10_000;
/** The part of the whole from which on the time left can be told. */
const TELLING = 0.02;

/** Shows how far a run is, or its preprocessing. */
export class ProgressBar {
  readonly #total: number;
  readonly #terminal: boolean;
  readonly #what: string;
  readonly #start = performance.now();
  #bar: SingleBar | null = null;
  #lastLine = -Infinity;

  /** `total`: what is to be done, in rounds for instance. `what`: a word for it, "" for the run itself. */
  constructor(total: number, what = "", terminal: boolean = Deno.stderr.isTerminal()) {
    this.#total = total;
    this.#what = what === "" ? "" : `${what} `;
    this.#terminal = terminal;
  }

  /** What is done so far. */
  update(done: number): void {
    const elapsed = performance.now() - this.#start;
    if (elapsed < QUIET_MS || this.#total === 0) return;
    if (this.#terminal) return this.#draw(done);
    if (elapsed - this.#lastLine < LINE_EVERY_MS) return;
    this.#lastLine = elapsed;
    console.error(
      `${this.#what}${(100 * done / this.#total).toFixed(0)} % after ${seconds(elapsed)}${this.#left(elapsed, done)}`,
    );
  }

  /** Makes room for a line of output. */
  clear(): void {
    if (this.#bar === null) return;
    this.#bar.stop();
    this.#bar = null;
  }

  /** How long it will still take, as far as can be told. */
  #left(elapsed: number, done: number): string {
    return done < this.#total * TELLING ? "" : `, about ${seconds(elapsed * (this.#total - done) / done)} left`;
  }

  #draw(done: number): void {
    if (this.#bar === null) {
      this.#bar = new SingleBar({
        format: `${this.#what}{bar} {percentage} %, {spent} elapsed{left}`,
        clearOnComplete: true,
        hideCursor: true,
      }, Presets.rect);
      this.#bar.start(this.#total, done, { spent: "", left: "" });
    }
    const elapsed = performance.now() - this.#start;
    this.#bar.update(done, { spent: seconds(elapsed), left: this.#left(elapsed, done) });
  }
}

/** Progress of a run with its preprocessing, one after the other. */
export class RunBar {
  readonly #preprocessing = new ProgressBar(1, "preprocessing");
  readonly #rounds: number;
  #run: ProgressBar | null = null;

  /** `rounds`: predicted for the program. */
  constructor(rounds: number) {
    this.#rounds = rounds;
  }

  /** Which part of the preprocessing is done. */
  preprocessing(fraction: number): void {
    this.#preprocessing.update(fraction);
  }

  /** Rounds of the program done so far. */
  rounds(rounds: number): void {
    this.#preprocessing.clear();
    this.#run ??= new ProgressBar(this.#rounds);
    this.#run.update(rounds);
  }

  /** Makes room for a line of output. */
  clear(): void {
    this.#preprocessing.clear();
    this.#run?.clear();
  }
}

function seconds(ms: number): string {
  const s = Math.round(ms / 1000);
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)} min ${s % 60} s`;
}
