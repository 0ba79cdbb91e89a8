/**
 * Makes changes one at a time in copies of the tree and runs the tests that must notice.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { listFiles, ROOT } from "../repository.ts";
import { type Mutant, mutated, readFile, unfit } from "./mutant.ts";

/**
 * What became of a change: noticed by a test, or by tests that no longer end; noticed by none; or not tried, since its place is gone, it
 * does not parse, or its tests fail or find nothing without it.
 */
export type Verdict = "killed" | "hangs" | "survives" | "gone" | "broken" | "no baseline";

/** What was found. */
export interface Outcome {
  readonly name: string;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** What there is to say besides. */
  readonly detail?: string;
}

/** Whether a change was noticed. */
export function noticed({ verdict }: Outcome): boolean {
  return verdict === "killed" || verdict === "hangs";
}

/** How to try. */
export interface BenchOptions {
  /** Copies of the tree, in each of which one change is tried at a time. */
  readonly jobs: number;
  /** Seconds that the tests of a change may take. */
  readonly limit: number;
  readonly onOutcome?: (outcome: Outcome, done: number) => void;
}

/** Tries all changes. The outcomes are in the order of the changes. */
export async function tryAll(mutants: readonly Mutant[], options: BenchOptions): Promise<Outcome[]> {
  const outcomes = new Array<Outcome>(mutants.length);
  const baseline = new Baselines();
  let next = 0, done = 0;
  await Promise.all(Array.from({ length: Math.min(options.jobs, mutants.length) }, async () => {
    const copy = await Copy.make();
    try {
      while (next < mutants.length) {
        const i = next++;
        const outcome = outcomes[i] = await tryOne(copy, mutants[i]!, options, baseline);
        options.onOutcome?.(outcome, ++done);
      }
    } finally {
      copy.remove();
    }
  }));
  return outcomes;
}

async function tryOne(copy: Copy, mutant: Mutant, { limit }: BenchOptions, baselines: Baselines): Promise<Outcome> {
  const start = performance.now();
  const outcome = (verdict: Verdict, detail?: string): Outcome => ({
    name: mutant.name,
    verdict,
    seconds: (performance.now() - start) / 1000,
    ...(detail === undefined ? {} : { detail }),
  });
  const why = unfit(mutant, (path) => copy.read(path));
  if (why !== null) return outcome("gone", why);
  const without = await baselines.of(copy, mutant, limit);
  if (without !== null) return outcome("no baseline", without);
  const { ended, passed, failed, text } = await copy.with(mutant, () => copy.test(mutant, limit));
  if (!ended) return outcome("hangs", `its tests had not ended after ${limit} s`);
  if (failed > 0) return outcome("killed");
  // A file that does not parse proves nothing of the tests.
  if (failed === 0 && passed === 0) return outcome("broken", lastLines(text));
  return outcome("survives", `${passed} tests pass: ${mutant.why}`);
}

/** Runs without a change, once for the same tests. */
class Baselines {
  readonly #runs = new Map<string, Promise<string | null>>();

  /** Why tests say nothing, or null if they pass. */
  of(copy: Copy, mutant: Mutant, limit: number): Promise<string | null> {
    const key = JSON.stringify([mutant.tests, mutant.filter]);
    let run = this.#runs.get(key);
    if (run === undefined) this.#runs.set(key, run = this.#run(copy, mutant, limit));
    return run;
  }

  async #run(copy: Copy, mutant: Mutant, limit: number): Promise<string | null> {
    const { ended, passed, failed, text } = await copy.test(mutant, limit);
    if (!ended) return `without the change its tests do not end within ${limit} s`;
    if (failed > 0) return `without the change its tests fail: ${lastLines(text)}`;
    return passed > 0 ? null : `no test has a name with "${mutant.filter}"`;
  }
}

const lastLines = (text: string) => text.trimEnd().split("\n").slice(-12).join("\n");

/** What a run of tests said. */
interface TestRun {
  /** Within the time. */
  readonly ended: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly text: string;
}

/** A copy of the tree. */
class Copy {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  static async make(): Promise<Copy> {
    const root = await Deno.makeTempDir({ prefix: "mutants-" });
    for (const path of await listFiles()) {
      const folder = path.slice(0, path.lastIndexOf("/") + 1);
      if (folder !== "") await Deno.mkdir(`${root}/${folder}`, { recursive: true });
      await Deno.copyFile(fileURLToPath(new URL(encodeURI(path), ROOT)), `${root}/${path}`);
    }
    return new Copy(root);
  }

  remove(): void {
    Deno.removeSync(this.#root, { recursive: true });
  }

  /** The text of a file, or null. */
  read(path: string): string | null {
    return readFile(path, this.#root);
  }

  /** Calls `use` while the change is made. */
  async with<T>(mutant: Mutant, use: () => Promise<T>): Promise<T> {
    const path = `${this.#root}/${mutant.file}`, text = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, mutated(text, mutant));
    try {
      return await use();
    } finally {
      Deno.writeTextFileSync(path, text);
    }
  }

  /** Runs a change's tests up to the first that fails. Types are not checked: a change may break them. */
  async test({ tests, filter }: Mutant, limit: number): Promise<TestRun> {
    const args = [
      "test",
      "-A",
      "--no-check",
      "--fail-fast",
      ...(filter === undefined ? [] : ["--filter", filter]),
      ...tests,
    ];
    const signal = AbortSignal.timeout(1000 * limit);
    const command = new Deno.Command(Deno.execPath(), {
      ...{ args, cwd: this.#root, signal, stdin: "null", stdout: "piped", stderr: "piped" },
      env: { NO_COLOR: "1" },
    });
    const { stdout, stderr } = await command.output();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    const [, passed, failed] = /(\d+) passed.*?\| (\d+) failed/.exec(text) ?? [];
    return { ended: !signal.aborted, passed: Number(passed ?? 0), failed: Number(failed ?? 0), text };
  }
}
