/**
 * The command line's flags.
 *
 * @module
 */
import { suggestion } from "@symbolon/compiler";
import type { BackendOptions } from "@symbolon/protocol";
import { backendNamed, BACKENDS } from "../backends.ts";
import type { TransportName } from "../engine.ts";
import { parseFlags } from "./flags.ts";
import { PREPROCESSING_FLAGS, PREPROCESSING_HELP, preprocessingOf } from "./preprocessing_options.ts";
import { userPrefix } from "./places.ts";
import type { KeptPreprocessing } from "../party_material.ts";
import { UsageError } from "./usage_error.ts";

/** The commands there are. */
export type Command = "run" | "compile" | "programs";

/** A command line, parsed. */
export interface Options {
  readonly help: boolean;
  readonly json: boolean;
  readonly debug: boolean;
  readonly tape: boolean;
  /** Whether a run in the clear stops at the first value outside its range. */
  readonly checkRange: boolean;
  /** Whether the command line asks for that, which only a run in the clear can do. */
  readonly asksCheckRange: boolean;
  readonly backend: string;
  readonly parties: number | undefined;
  readonly domain: "ring" | "field" | undefined;
  readonly transport: TransportName;
  readonly publicSeed: number | undefined;
  readonly threads: number | undefined;
  readonly samples: number | undefined;
  readonly preprocessing: KeptPreprocessing | undefined;
  readonly inputPrefix: string;
  /** What the program may read besides its own folder and the working folder, when it is compiled. */
  readonly allowRead: readonly string[];
  /** Files that are there already may be replaced. */
  readonly overwrite: boolean;
  /** The program's name, then its words. */
  readonly words: readonly string[];
}

/** Options with two letters after one dash, as in MP-SPDZ. */
const PAIRS: ReadonlyMap<string, string> = new Map([["-IF", "--input-prefix"]]);

const STRINGS = [
  "protocol",
  "nparties",
  "domain",
  "transport",
  "public-seed",
  "threads",
  "samples",
  "input-prefix",
  "allow-read",
] as const;
const FLAGS = [
  ...["help", "json", "debug", "tape", "check-range", "no-check-range", "overwrite"] as const,
  ...PREPROCESSING_FLAGS,
] as const;

/** Options that not every command has, and those that do. What compile says of preprocessing is its own. */
const COMMANDS_OF: Readonly<Record<string, readonly Command[]>> = {
  transport: ["run"],
  threads: ["run"],
  "public-seed": ["run"],
  "check-range": ["run"],
  "no-check-range": ["run"],
  ...Object.fromEntries(
    [
      ...["protocol", "nparties", "domain", "samples", "input-prefix", "allow-read", "overwrite", "tape"],
      ...PREPROCESSING_FLAGS,
    ].map((name) => [name, ["run", "compile"]]),
  ),
};

/** Parses what follows the command. @throws {UsageError} naming the option that is wrong */
export function parseOptions(argv: readonly string[], command: Command = "run"): Options {
  const { words, text, texts, has } = parseFlags(argv, {
    ...{ strings: STRINGS, several: ["allow-read"], flags: FLAGS },
    letters: { E: "protocol", N: "nparties", h: "help" },
    pairs: PAIRS,
    help: "--help",
  });
  if (has("check-range") && has("no-check-range")) {
    throw new UsageError("--check-range and --no-check-range exclude each other");
  }
  for (const [name, commands] of Object.entries(COMMANDS_OF)) {
    if (commands.includes(command) || !(has(name) || texts(name).length > 0)) continue;
    throw new UsageError(
      `${command} has no use for --${name}: that is an option of run. Leave it out. ` +
        `See deno task ${command} --help`,
    );
  }
  const domain = text("domain");
  return {
    help: has("help"),
    json: has("json"),
    debug: has("debug"),
    tape: has("tape"),
    checkRange: !has("no-check-range"),
    asksCheckRange: has("check-range"),
    backend: oneOf("-E", text("protocol") ?? "ring", BACKENDS.map((b) => b.name)),
    parties: whole("-N", text("nparties"), [1]),
    domain: domain === undefined ? undefined : oneOf("--domain", domain, ["ring", "field"] as const),
    transport: oneOf("--transport", text("transport") ?? "auto", ["auto", "inline", "workers", "tls", "tcp"] as const),
    publicSeed: whole("--public-seed", text("public-seed"), [0]),
    threads: whole("--threads", text("threads"), [1, 256]),
    samples: whole("--samples", text("samples"), [1]),
    preprocessing: preprocessingOf(has),
    inputPrefix: inputPrefixOf(text("input-prefix")),
    allowRead: texts("allow-read"),
    overwrite: has("overwrite"),
    words,
  };
}

/** The prefix of input files: one that the user gives is seen from where he stands. */
export function inputPrefixOf(given: string | undefined): string {
  return given === undefined ? "Player-Data/Input" : userPrefix("-IF", given);
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  if ((allowed as readonly string[]).includes(value)) return value as T;
  throw new UsageError(`${option} takes ${allowed.join(", ")}, not "${value}"${suggestion(value, allowed)}`);
}

function whole(
  option: string,
  value: string | undefined,
  [least, most]: readonly [least: number, most?: number],
): number | undefined {
  if (value === undefined) return undefined;
  const n = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(n) && n >= least && n <= (most ?? n)) return n;
  throw new UsageError(
    `${option} takes a whole number from ${least}${most === undefined ? "" : ` to ${most}`}, not "${value}"`,
  );
}

/**
 * Does nothing where the backend takes the options that are for it.
 *
 * @throws {UsageError} naming the one that it refuses
 */
export async function checkBackend({ backend, parties, domain }: BackendChoice): Promise<void> {
  const { target } = await backendNamed(backend).load();
  const refuse = (option: string, options: BackendOptions) => {
    try {
      target(options);
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(`${option}: ${error.message}`);
      throw error;
    }
  };
  const number = parties === undefined ? {} : { parties };
  if (parties !== undefined) refuse(`-N ${parties}`, number);
  if (domain !== undefined) refuse(`--domain ${domain}`, { ...number, domain });
}

/** The options that a backend may refuse. */
interface BackendChoice {
  readonly backend: string;
  readonly parties: number | undefined;
  readonly domain?: "ring" | "field" | undefined;
}

const GENERAL = `  -h, --help             this text
  --json                 one JSON object as the last line of standard output; after an error {"error": message}
  --debug                stack traces with errors`;

const BACKEND_OPTIONS = `  -E, --protocol NAME    ${
  BACKENDS.map((b) => `${b.name.padEnd(9)} ${b.summary}`).join("\n                         ")
}
  -N, --nparties N       number of parties, where the protocol allows several
  --domain ring|field    emulate only: Z_2^64 (default) or a 128-bit prime field`;

const SAMPLES_OPTION =
  `  --samples N            the first N training samples only, with programs that can do with fewer: for a first try`;

const FILE_OPTIONS =
  `  --allow-read PATH      a file or folder that the program may read besides its own folder and the working folder
  --overwrite            files that are there already and are not ours may be replaced`;

/** The help texts. */
export const HELP: Readonly<Record<Command | "", string>> = {
  "": `Symbolon: machine learning on data that nobody may see whole.

usage: deno task COMMAND [OPTIONS] …

commands
  run        compile a program and run all its parties on this machine
  compile    compile a program, keep it with what it brings and print what a run will cost
  party      run one party of a compiled program over a network
  setup-ssl  make the keys and certificates of parties
  programs   list the programs there are

examples
  deno task run -E ring breast_logistic
  deno task run --help`,
  run: `Compiles a program and runs all its parties on this machine.

usage: deno task run [OPTIONS] PROGRAM [WORDS…]

PROGRAM is a name that "deno task programs" lists, or the path of a .ts file. WORDS go to the program. It can read data
while it is compiled, and nothing else: docs/data.md and docs/security.md say more.

options
${BACKEND_OPTIONS}
  --transport NAME       inline (one thread), workers (a thread a party), tls or tcp (a process a party, over
                         sockets of this machine), or auto (default): inline or workers, whichever suits the program
  --threads N            threads that compute, a party (the program's setNThreads, or 1); results stay the same
  --public-seed N        fixes public shuffles and initial weights; never shares or masks
${SAMPLES_OPTION}
${PREPROCESSING_HELP}
  -IF, --input-prefix P  input files P-P<party>-0 and P-Binary-P<party>-0 (Player-Data/Input)
${FILE_OPTIONS}
  --tape                 print the compiled tape first
  --no-check-range       emulate only: do not stop at the first value that leaves its range, but compute on as the ring does
${GENERAL}

examples
  deno task run -E ring breast_logistic
  deno task run -E emulate breast_logistic approx nearest
  deno task run -E ring --transport workers --json diabetes 4
  deno task run -E semi2k --preprocess-only breast_logistic`,
  compile: `Compiles a program, keeps it with what it brings for "deno task party", and prints what a run will cost.

usage: deno task compile [OPTIONS] PROGRAM [WORDS…]

options
${BACKEND_OPTIONS}
${SAMPLES_OPTION}
  -IF, --input-prefix P  what it brings goes to P-Brought-P<party>-NAME (Player-Data/Input)
${FILE_OPTIONS}
  --tape                 print the tape
${GENERAL}

examples
  deno task compile breast_logistic
  deno task compile --tape diabetes`,
  programs: `Lists the programs there are, or with their names the words that they understand.

usage: deno task programs [--json] [PROGRAM…]

examples
  deno task programs
  deno task programs breast_logistic`,
};
