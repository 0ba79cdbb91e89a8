/**
 * The flags of `party`.
 *
 * @module
 */
import { suggestion } from "@symbolon/compiler";
import { DEFAULT_PORT_BASE, DEFAULT_TIMEOUT_MS, DEFAULT_WAIT_MS, defaultRoundTimeout } from "@symbolon/transport";
import { BACKENDS } from "../backends.ts";
import type { KeptPreprocessing } from "../party_material.ts";
import { numberOf, parseFlags } from "./flags.ts";
import { inputPrefixOf } from "./options.ts";
import { userFile, userPrefix } from "./places.ts";
import { PREPROCESSING_FLAGS, PREPROCESSING_HELP, preprocessingOf } from "./preprocessing_options.ts";
import { UsageError } from "./usage_error.ts";

/** A command line of `party`, parsed. */
export interface PartyOptions {
  readonly help: boolean;
  readonly json: boolean;
  readonly backend: string;
  readonly parties: number | undefined;
  readonly player: number;
  /** Name of a compiled program. */
  readonly program: string;
  /** Party 0's. */
  readonly hostname: string | undefined;
  readonly portBase: number;
  readonly myPort: number | undefined;
  readonly addressFile: string | undefined;
  readonly waitMs: number;
  readonly timeoutMs: number;
  readonly roundTimeoutMs: number;
  readonly insecureTcp: boolean;
  readonly publicSeed: number | undefined;
  readonly threads: number | undefined;
  readonly preprocessing: KeptPreprocessing | undefined;
  readonly inputPrefix: string;
  /** Files that are there already may be replaced. */
  readonly overwrite: boolean;
  /** Whether text inputs are typed. */
  readonly interactive: boolean;
  /** Of the file for what the party prints and learns; absent: standard output. */
  readonly outputPrefix: string | undefined;
}

/** Options with two letters after one dash, as in MP-SPDZ. */
const PAIRS: ReadonlyMap<string, string> = new Map([
  ["-pn", "--portnumbase"],
  ["-mp", "--my-port"],
  ["-ip", "--ip-file-name"],
  ["-IF", "--input-prefix"],
  ["-OF", "--output-prefix"],
]);

const STRINGS = [
  ...["protocol", "nparties", "player", "hostname", "portnumbase", "my-port", "ip-file-name"],
  ...["wait", "timeout", "round-timeout", "public-seed", "threads", "input-prefix", "output-prefix"],
] as const;

const FLAGS = ["help", "json", "debug", "insecure-tcp", "interactive", "overwrite", ...PREPROCESSING_FLAGS] as const;

/** Seconds: four times what passes between two signs of life. */
const LEAST_TIMEOUT = 2;

/** Parses what follows `party`. @throws {UsageError} naming the option that is wrong */
export function parsePartyOptions(argv: readonly string[]): PartyOptions {
  const { words: [...words], text, has } = parseFlags(argv, {
    ...{ strings: STRINGS, flags: FLAGS, pairs: PAIRS, help: "deno task party --help" },
    letters: { E: "protocol", N: "nparties", p: "player", h: "hostname", I: "interactive" },
  });
  const number = (name: string, option: string, least: number, most: number) =>
    numberOf(option, text(name), { least, most });
  const player = text("player") ?? words.shift();
  const [program, ...more] = words;
  const help = has("help");
  if (!help && (player === undefined || program === undefined || more.length > 0)) {
    throw new UsageError(
      `party takes its number and the name of a compiled program, as in: deno task party -E ring 0 breast_logistic-party0`,
    );
  }
  const backend = text("protocol") ?? "ring";
  if (!BACKENDS.some(({ name }) => name === backend)) {
    const names = BACKENDS.map(({ name }) => name);
    throw new UsageError(`-E takes ${names.join(", ")}, not "${backend}"${suggestion(backend, names)}`);
  }
  if (text("hostname") !== undefined && text("ip-file-name") !== undefined) {
    throw new UsageError("Give the host of party 0 with -h, or all addresses with -ip, not both");
  }
  const [addressFile, outputPrefix] = [text("ip-file-name"), text("output-prefix")];
  const seconds = (name: string, ms: number, least: number) => {
    const value = text(name) ?? String(ms / 1000);
    if (/^\d+(\.\d+)?$/.test(value) && Number(value) >= least && Number(value) <= 1e6) return Number(value) * 1000;
    throw new UsageError(`--${name} takes seconds, at least ${least}, not "${value}"`);
  };
  const timeoutMs = seconds("timeout", DEFAULT_TIMEOUT_MS, LEAST_TIMEOUT);
  return {
    help,
    json: has("json"),
    backend,
    parties: number("nparties", "-N", 1, 1000),
    player: numberOf("The party's number", help ? "0" : player, { least: 0, most: 999 })!,
    program: program ?? "",
    hostname: text("hostname"),
    portBase: number("portnumbase", "-pn", 1, 65535) ?? DEFAULT_PORT_BASE,
    myPort: number("my-port", "-mp", 1, 65535),
    addressFile: addressFile === undefined ? undefined : userFile(addressFile),
    waitMs: seconds("wait", DEFAULT_WAIT_MS, 0),
    timeoutMs,
    roundTimeoutMs: seconds("round-timeout", defaultRoundTimeout(timeoutMs), LEAST_TIMEOUT),
    insecureTcp: has("insecure-tcp"),
    publicSeed: number("public-seed", "--public-seed", 0, Number.MAX_SAFE_INTEGER),
    threads: number("threads", "--threads", 1, 256),
    preprocessing: preprocessingOf(has),
    inputPrefix: inputPrefixOf(text("input-prefix")),
    overwrite: has("overwrite"),
    interactive: has("interactive"),
    outputPrefix: outputPrefix === undefined || outputPrefix === "." ? undefined : userPrefix("-OF", outputPrefix),
  };
}

/** The help text. */
export const PARTY_HELP = `Runs one party of a program over a network.

usage: deno task party [OPTIONS] PARTY PROGRAM

PROGRAM is the name under which "deno task compile" has kept it: the program's name and its words joined with "-".
All parties start the same program with the same options, in any order. Party i calls the parties before it, so every
party but the last must be reachable on its port. docs/deployment.md shows two hosts step by step.

options
  -E, --protocol NAME    as for run; emulate has no parties
  -N, --nparties N       number of parties, where the protocol allows several
  -p, --player I         this party's number, instead of the first word
  -h, --hostname HOST    the host of party 0 (localhost); party 0 says where the others are, as they have called it
  -ip, --ip-file-name F  a file with the host[:port] of each party, one a line, party 0 first; IPv6 in brackets
  -pn, --portnumbase P   party i listens on port P + i unless the -ip file says otherwise (${DEFAULT_PORT_BASE})
  -mp, --my-port P       listens on this port instead, where a router forwards the other one here
  --wait SECONDS         how long to wait for the other parties to start (${DEFAULT_WAIT_MS / 1000})
  --timeout SECONDS      how long a party may be silent before it is taken for dead (${DEFAULT_TIMEOUT_MS / 1000})
  --round-timeout SECS   how long a party that shows life may keep the others waiting while no party gets on
                         (three times --timeout)
  --insecure-tcp         plain TCP: NO protection, whoever can read the network learns everything
  --threads N            threads that compute (the program's setNThreads, or 1); results stay the same
  --public-seed N        fixes public shuffles and initial weights; the same at all parties
${PREPROCESSING_HELP}
  -IF, --input-prefix P  input files P-P<party>-0 and P-Binary-P<party>-0 (Player-Data/Input)
  -I, --interactive      the text input is typed (or comes on standard input) before the others are called
  -OF, --output-prefix P what is printed and learned goes to the file P-P<party>-0; "." is standard output, as without
  --overwrite            results of an earlier run may be replaced
  --help                 this text
  --json                 one JSON object as the last line of standard output; after an error {"error": message}
  --debug                stack traces with errors

examples
  deno task compile breast_logistic party0
  deno task party -E ring 0 breast_logistic-party0
  deno task party -E ring 1 breast_logistic-party1 -h hospital-a.example`;
