/**
 * `party`: one party of a compiled program over a network.
 *
 * @module
 */
import { type Stored, valuesRead } from "@symbolon/compiler";
import {
  hear,
  type InputFiles,
  jobOf,
  openInputs,
  type PartyResult,
  plan,
  type Preprocessing,
  refusal,
  runInNetwork,
} from "@symbolon/engine";
import { naming } from "@symbolon/files";
import type { Target } from "@symbolon/protocol";
import {
  type Address,
  type Carrier,
  DEFAULT_PORT_BASE,
  DEFAULT_TIMEOUT_MS,
  DEFAULT_WAIT_MS,
  defaultRoundTimeout,
  mutualTls,
  parseAddress,
  parseAddresses,
  plainTcp,
} from "@symbolon/transport";
import { type Command, command } from "../command.ts";
import { loadIdentity } from "../files/certificate_files.ts";
import { loadBrought, loadCompiled } from "../files/compiled_files.ts";
import { inputsFrom } from "../files/input_files.ts";
import { userFile, userPrefix } from "../files/paths.ts";
import { openResults } from "../files/result_files.ts";
import { typedInputs } from "../files/typed_input.ts";
import { flag, numberOf, type Option, option, type Values } from "../flags.ts";
import { Heard } from "../heard.ts";
import {
  backend,
  checkBackend,
  GENERAL,
  inputPrefix,
  MOST_PARTIES,
  overwrite,
  parties,
  player,
  PREPROCESSING,
  preprocessingOf,
  publicSeed,
  threads,
} from "../options.ts";
import { report } from "../report.ts";
import { UsageError } from "../usage_error.ts";
import { inFlags } from "../wording.ts";

/** Seconds: four times what passes between two signs of life. */
const LEAST_TIMEOUT = 2;

/** Seconds of an option, in milliseconds. */
function seconds(name: string, value: string, about: string, least: number): Option<number | undefined> {
  return option({ name, value }, about, (text) => {
    if (text === undefined) return undefined;
    if (/^\d+(\.\d+)?$/.test(text) && Number(text) >= least && Number(text) <= 1e6) return Number(text) * 1000;
    throw new UsageError(`--${name} takes seconds, at least ${least}, not "${text}"`);
  });
}

/** A port. */
function port(name: string, short: string, value: string, about: string): Option<number | undefined> {
  return option({ name, short, value }, about, (text) => numberOf(`-${short}`, text, { least: 1, most: 65535 }));
}

/** What it takes. */
export const PARTY_OPTIONS = {
  backend: { ...backend, about: "as for run; emulate has no parties" },
  ...{ parties, player },
  hostname: option(
    { name: "hostname", short: "h", value: "HOST" },
    "the host of party 0 (localhost); party 0 says where the others are, as they have called it",
    (text) => text,
  ),
  addressFile: option(
    { name: "ip-file-name", short: "ip", value: "F" },
    "a file with the host[:port] of each party, one a line, party 0 first; IPv6 in brackets",
    (text) => text === undefined ? undefined : userFile(text),
  ),
  portBase: port(
    ...["portnumbase", "pn", "P"] as const,
    `party i listens on port P + i unless the -ip file says otherwise (${DEFAULT_PORT_BASE})`,
  ),
  myPort: port("my-port", "mp", "P", "listens on this port instead, where a router forwards the other one here"),
  waitMs: seconds(
    ...["wait", "SECONDS"] as const,
    `how long to wait for the other parties to start (${DEFAULT_WAIT_MS / 1000})`,
    0,
  ),
  timeoutMs: seconds(
    ...["timeout", "SECONDS"] as const,
    `how long a party may be silent before it is taken for dead (${DEFAULT_TIMEOUT_MS / 1000})`,
    LEAST_TIMEOUT,
  ),
  roundTimeoutMs: seconds(
    ...["round-timeout", "SECS"] as const,
    "how long a party that shows life may keep the others waiting while no party gets on\n(three times --timeout)",
    LEAST_TIMEOUT,
  ),
  insecureTcp: flag("insecure-tcp", "plain TCP: NO protection, whoever can read the network learns everything"),
  ...{ threads, publicSeed, ...PREPROCESSING, inputPrefix },
  interactive: flag(
    "interactive",
    "the text input is typed (or comes on standard input) before the others are called",
    "I",
  ),
  outputPrefix: option(
    { name: "output-prefix", short: "OF", value: "P" },
    'what is printed and learned goes to the file P-P<party>-0; "." is standard output, as without',
    (text) => text === undefined || text === "." ? undefined : userPrefix("-OF", text),
  ),
  overwrite: { ...overwrite, about: "results of an earlier run may be replaced" },
  ...GENERAL,
  help: flag("help", "this text"),
};

type PartyOptions = Values<typeof PARTY_OPTIONS>;

/** The command. */
export const party: Command = command({
  name: "party",
  summary: "run one party of a compiled program over a network",
  usage: "[OPTIONS] PARTY PROGRAM",
  about: "Runs one party of a program over a network.",
  more:
    `PROGRAM is the name under which "deno task compile" has kept it: the program's name and its words joined with "-".
All parties start the same program with the same options, in any order. Party i calls the parties before it, so every
party but the last must be reachable on its port. docs/deployment.md shows two hosts step by step.`,
  options: PARTY_OPTIONS,
  examples: [
    "deno task compile breast_logistic party0",
    "deno task party -E ring 0 breast_logistic-party0",
    "deno task party -E ring 1 breast_logistic-party1 -h hospital-a.example",
  ],
  does: async ({ words, values }) => {
    const { self, program } = named(words, values.player);
    if (values.hostname !== undefined && values.addressFile !== undefined) {
      throw new UsageError("Give the host of party 0 with -h, or all addresses with -ip, not both");
    }
    await runParty(self, program, values);
  },
});

/** The party's number and the program's name. */
function named(
  words: readonly string[],
  player: number | undefined,
): { readonly self: number; readonly program: string } {
  const [number, program, ...more] = player === undefined ? words : [undefined, ...words];
  if (program === undefined || more.length > 0) {
    throw new UsageError(
      `party takes its number and the name of a compiled program, as in: deno task party -E ring 0 breast_logistic-party0`,
    );
  }
  return { self: player ?? numberOf("party", number, { least: 0, most: MOST_PARTIES - 1 })!, program };
}

async function runParty(self: number, program: string, options: PartyOptions): Promise<void> {
  const { backend, parties, publicSeed, threads, inputPrefix } = options;
  const preprocessing = preprocessingOf(options);
  await checkBackend(options);
  const stored = loadCompiled(program);
  const chosen = { backend, parties, publicSeed, threads, preprocessing };
  const planned = await plan(stored, chosen);
  const { target, prediction } = planned;
  checkParty(self, backend, target);
  const why = preprocessing && refusal(planned.backend, target, prediction.demand, preprocessing);
  if (typeof why === "string") throw new UsageError(inFlags(why));
  const only = preprocessing?.mode === "only";
  const own = only ? null : loadBrought(stored, self, inputPrefix);
  const brought = new Map(own === null ? [] : [[self, own]]);
  using results = openResults(options, self);
  const heard = new Heard(prediction.rounds, (line) => results.write(line));
  const inputs = only ? [] : openInputs({ ...stored, brought }, inputsOf(self, options, stored), {
    only: self,
    onNotice: (line) => heard.notice(line),
  });
  // A wrong address is said before a missing certificate, and before any warning.
  const reached = reach(options, target.parties);
  const carrier = carrierOf(self, options, target.parties);
  const job = { ...jobOf(stored, planned, chosen), inputs, brought };
  const result = await runInNetwork(
    job,
    { self, carrier, ...reached, onNotice: (line) => heard.notice(line) },
    { backend: planned.backend, emit: (event) => hear(heard, self, event) },
  ).finally(() => heard.end());
  const { seconds, traffic, spent } = result;
  const finished = {
    ...{ program: stored.program, args: stored.args, backend, party: self, parties: target.parties },
    ...{ transport: carrier.name, threads: job.threads, tapeHash: stored.tapeHash, seconds: seconds + spent.seconds },
    ...{ rounds: traffic.rounds, sent: traffic.sent, preprocessing: preprocessingSpent(result, preprocessing?.mode) },
    ...{ metrics: heard.metrics, outputs: heard.outputs },
  };
  console.log(report(finished, options.json));
}

/** The party's files, or what is typed in place of the text. */
function inputsOf(self: number, { inputPrefix, interactive }: PartyOptions, { tape }: Stored): InputFiles {
  const files = inputsFrom(inputPrefix);
  return interactive ? typedInputs(files, valuesRead(tape, self, "text")) : files;
}

function checkParty(self: number, backend: string, target: Target): void {
  if (target.clear) {
    throw new UsageError(`${backend} computes in the clear and has no parties: use deno task run -E ${backend}`);
  }
  if (self >= target.parties) {
    throw new UsageError(
      `${backend} runs with ${target.parties} parties, 0 to ${target.parties - 1}: there is no ${self}`,
    );
  }
}

/** Where the others are, and how long to wait for them. */
function reach(options: PartyOptions, parties: number) {
  const { addressFile, hostname, insecureTcp, myPort, waitMs = DEFAULT_WAIT_MS } = options;
  const { timeoutMs = DEFAULT_TIMEOUT_MS, roundTimeoutMs = defaultRoundTimeout(timeoutMs) } = options;
  return {
    addresses: addressesOf(options, parties),
    askParty0: addressFile === undefined && parties > 2,
    ...{ waitMs, timeoutMs, roundTimeoutMs },
    listenEverywhere: hostname === undefined && addressFile === undefined && !insecureTcp,
    ...(myPort === undefined ? {} : { listenPort: myPort }),
  };
}

function addressesOf(
  { addressFile, hostname, portBase = DEFAULT_PORT_BASE }: PartyOptions,
  parties: number,
): Address[] {
  if (portBase + parties - 1 > 65535) throw new UsageError(`-pn ${portBase} leaves no ports for ${parties} parties`);
  try {
    if (addressFile !== undefined) {
      const text = naming(addressFile, "read", () => Deno.readTextFileSync(addressFile));
      return parseAddresses(text, addressFile, parties, portBase);
    }
    const { host, port } = parseAddress(hostWithBrackets(hostname ?? "127.0.0.1"), portBase);
    return Array.from({ length: parties }, (_, p) => ({ host, port: port + p }));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new UsageError(`Cannot find ${addressFile}, which -ip names`);
    if (error instanceof SyntaxError || error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

/** `-h ::1` means `[::1]`: no port follows there. */
function hostWithBrackets(host: string): string {
  return /^[0-9a-fA-F:.%]*:[0-9a-fA-F:.%\w]*:[0-9a-fA-F:.%\w]*$/.test(host) ? `[${host}]` : host;
}

function carrierOf(self: number, { insecureTcp }: PartyOptions, parties: number): Carrier {
  if (!insecureTcp) return mutualTls(loadIdentity(self, parties));
  console.error(
    "WARNING: --insecure-tcp protects nothing: whoever can read the network learns all secret data, and anybody can play a party",
  );
  return plainTcp;
}

/** What this party's preprocessing took. */
function preprocessingSpent({ spent, file }: PartyResult, mode: "only" | "file" | undefined): Preprocessing {
  const { seconds, rounds, sent } = spent;
  const bytes = sent.reduce((sum, bytes) => sum + bytes, 0);
  return {
    ...{ from: mode === "file" ? "file" : "run", seconds, rounds, bytes },
    ...(file === undefined ? {} : { files: [file] }),
  };
}
