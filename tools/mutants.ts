/**
 * The mutation bench: `deno task mutants`. Takes one mask, separation, check, bound or ordering after the other out of the protocols and
 * sees that a test fails.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { noticed, type Outcome, tryAll } from "./mutants/bench.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { MUTANTS } from "./mutants/table.ts";

const HELP =
  `Takes one mask, separation, check, bound or ordering after the other out of a copy of the protocols and sees that a test fails.

usage: deno task mutants [OPTIONS]

options
  --filter TEXT     only changes whose name or file holds the text
  --shard I/N       the I-th of N parts, from 1 on
  --jobs N          changes tried at a time (2)
  --limit SECONDS   time for the tests of a change (120); tests that do not end have noticed it
  --list            names the changes and ends
  --json            the outcomes as JSON at the end
  -h, --help        this text

The changes are in tools/mutants/. Ends with 1 if one is noticed by no test, or cannot be tried: then its row is to be mended.

examples
  deno task mutants --filter ring: --jobs 1
  deno task mutants --shard 1/4`;

/** A command line that cannot be followed. */
class UsageError extends Error {}

const flags = parseArgs(Deno.args, {
  string: ["filter", "shard", "jobs", "limit"],
  boolean: ["list", "json", "help"],
  alias: { h: "help" },
  unknown: (arg) => {
    console.error(`error: There is no option ${arg}. See --help`);
    Deno.exit(2);
  },
});

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d*$/.test(text)) throw new UsageError(`--${name} takes a whole number from 1 on, not "${text}"`);
  return Number(text);
}

/** The part of a list that `--shard` names. */
function shardOf(all: readonly Mutant[], text: string | undefined): readonly Mutant[] {
  if (text === undefined) return all;
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (!(Number(part) >= 1 && Number(part) <= Number(parts))) {
    throw new UsageError(`--shard takes a part and their number, such as 1/4, not "${text}"`);
  }
  return all.filter((_, i) => i % Number(parts) === Number(part) - 1);
}

function report(outcomes: readonly Outcome[]): number {
  const failures = outcomes.filter((outcome) => !noticed(outcome));
  for (const { name, verdict, detail } of failures) console.log(`\n${verdict}: ${name}\n  ${detail ?? ""}`);
  const hangs = outcomes.filter(({ verdict }) => verdict === "hangs").length;
  console.log(
    `\n${outcomes.length - failures.length} of ${outcomes.length} changes are noticed` +
      (hangs === 0 ? "" : `, ${hangs} of them by tests that do not end`),
  );
  return failures.length === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  if (flags.help) {
    console.log(HELP);
    return 0;
  }
  const { filter = "" } = flags;
  const chosen = shardOf(
    MUTANTS.filter(({ name, file }) => name.includes(filter) || file.includes(filter)),
    flags.shard,
  );
  if (flags.list) {
    for (const { name, file } of chosen) console.log(`${name}  (${file})`);
    return 0;
  }
  if (chosen.length === 0) throw new UsageError(`No change has "${filter}" in its name or file: see --list`);
  const outcomes = await tryAll(chosen, {
    jobs: wholeNumber("jobs", flags.jobs, 2),
    limit: wholeNumber("limit", flags.limit, 120),
    onOutcome: ({ name, verdict, seconds }, done) =>
      console.log(`${done}/${chosen.length}  ${verdict}  ${name}  (${seconds.toFixed(1)} s)`),
  });
  const status = report(outcomes);
  if (flags.json) console.log(JSON.stringify(outcomes));
  return status;
}

try {
  Deno.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${HELP}`);
  Deno.exitCode = 2;
}
