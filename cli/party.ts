/**
 * `party`: one party of a compiled program over a network.
 *
 * @module
 */
import { checkTarget, predict, schedule, type Stored } from "@symbolon/compiler";
import { naming } from "@symbolon/files";
import type { Target } from "@symbolon/protocol";
import { type Address, type Carrier, mutualTls, parseAddress, parseAddresses, plainTcp } from "@symbolon/transport";
import { backendNamed } from "../backends.ts";
import { type InputSource, openInputs, type Preprocessing } from "../engine.ts";
import { valuesRead } from "../readings.ts";
import type { MaterialFile, PartyEvent, PartyResult } from "../party_job.ts";
import { playOverNetwork } from "../play.ts";
import type { RunOutput } from "../run.ts";
import { loadIdentity } from "./certificate_files.ts";
import { loadBrought, loadCompiled } from "./compiled_files.ts";
import { inputsFrom } from "./input_files.ts";
import { UsageError } from "./usage_error.ts";
import { checkBackend } from "./options.ts";
import { parsePartyOptions, PARTY_HELP, type PartyOptions } from "./party_options.ts";
import { openResults, type ResultLines } from "./party_output.ts";
import { checkPreprocessing } from "./preprocessing_options.ts";
import { RunProgress } from "./progress.ts";
import { NEXT, preprocessed, size, wrote } from "./report.ts";
import { typedInputs } from "./typed_input.ts";

/** Runs the command. */
export async function party(argv: readonly string[]): Promise<void> {
  const options = parsePartyOptions(argv);
  if (options.help) return console.log(PARTY_HELP);
  await checkBackend(options);
  const stored = loadCompiled(options.program);
  const backend = await backendNamed(options.backend).load();
  const backendOptions = {
    ...(options.parties === undefined ? {} : { parties: options.parties }),
    ...(options.publicSeed === undefined ? {} : { publicSeed: options.publicSeed }),
  };
  const target = backend.target(backendOptions);
  checkParty(options, target);
  checkTarget(stored.tape, target);
  const self = options.player;
  const { preprocessing } = options;
  const { rounds, demand } = predict(schedule(stored.tape, target), target);
  checkPreprocessing(preprocessing, { backend, target, demand });
  const only = preprocessing?.mode === "only";
  const given = only ? null : loadBrought(stored, self, options.inputPrefix);
  const brought = new Map(given === null ? [] : [[self, given]]);
  using results = openResults(options, self);
  const inputs = only ? [] : openInputs({ ...stored, inputs: brought }, inputsOf(options, stored), {
    only: self,
    onNotice: (line) => console.error(line),
  });
  const addresses = addressesOf(options, target.parties);
  const carrier = carrierOf(options, target.parties);
  const heard = new Heard(rounds, self, results);
  const result = await playOverNetwork(
    {
      backend: options.backend,
      options: backendOptions,
      tape: stored.tape,
      hash: stored.hash,
      threads: options.threads ?? stored.threads ?? 1,
      ...(preprocessing === undefined ? {} : { preprocessing }),
      inputs,
      brought,
    },
    {
      self,
      addresses,
      carrier,
      askParty0: options.addressFile === undefined && target.parties > 2,
      waitMs: options.waitMs,
      timeoutMs: options.timeoutMs,
      roundTimeoutMs: options.roundTimeoutMs,
      listenEverywhere: options.hostname === undefined && options.addressFile === undefined && !options.insecureTcp,
      onNotice: (line) => heard.note(line),
      ...(options.myPort === undefined ? {} : { listenPort: options.myPort }),
    },
    { backend, emit: (event) => heard.event(event) },
  ).finally(() => heard.end());
  const finished = { options, stored, target, carrier: carrier.name, result, heard };
  if (options.json) console.log(json(finished));
  else console.log(result.file === undefined ? `\n${summary(finished)}` : preprocessedSummary(finished, result.file));
}

/** The party's files, or what is typed in place of the text. */
function inputsOf({ inputPrefix, interactive, player }: PartyOptions, { tape }: Stored): InputSource {
  const files = inputsFrom(inputPrefix);
  return interactive ? typedInputs(files, valuesRead(tape, player, "text")) : files;
}

function checkParty({ player, backend }: PartyOptions, target: Target): void {
  if (target.clear) {
    throw new UsageError(`${backend} computes in the clear and has no parties: use deno task run -E ${backend}`);
  }
  if (player >= target.parties) {
    throw new UsageError(
      `${backend} runs with ${target.parties} parties, 0 to ${target.parties - 1}: there is no ${player}`,
    );
  }
}

function addressesOf({ addressFile, hostname, portBase }: PartyOptions, parties: number): Address[] {
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

function carrierOf({ insecureTcp, player }: PartyOptions, parties: number): Carrier {
  if (!insecureTcp) return mutualTls(loadIdentity(player, parties));
  console.error(
    "WARNING: --insecure-tcp protects nothing: whoever can read the network learns all secret data, and anybody can play a party",
  );
  return plainTcp;
}

/** What a run says: lines as they come, the rest for the summary. */
class Heard {
  readonly outputs: RunOutput[] = [];
  readonly metrics: Record<string, number> = {};
  readonly #progress: RunProgress;
  readonly #self: number;
  readonly #results: ResultLines;

  constructor(rounds: number, self: number, results: ResultLines) {
    this.#progress = new RunProgress(rounds);
    this.#self = self;
    this.#results = results;
  }

  event(event: PartyEvent): void {
    switch (event.type) {
      case "print":
        return this.#say(event.line);
      case "metric":
        this.metrics[event.name] = event.value;
        return;
      case "progress":
        return this.#progress.rounds(event.rounds);
      case "preprocessing":
        return this.#progress.preprocessing(event.fraction);
      case "output": {
        const { label, party, shape, values } = event.value;
        if (party !== "all" && party !== this.#self) return;
        this.outputs.push({ label, party, shape, values });
        this.#say(`${label}${party === "all" ? "" : ` (party ${party})`}: [${values.join(", ")}]`);
      }
    }
  }

  note(line: string): void {
    this.#progress.clear();
    console.error(line);
  }

  end(): void {
    this.#progress.clear();
  }

  #say(line: string): void {
    this.#progress.clear();
    this.#results.write(line);
  }
}

/** What a party that only preprocesses says at its end. */
function preprocessedSummary({ options, target, carrier, result: { spent } }: Finished, file: MaterialFile): string {
  const of = `${options.backend}, party ${options.player} of ${target.parties}, ${carrier}`;
  return [wrote(file), "", `preprocessing  ${preprocessed(preprocessingOf(options, spent), "sent")} (${of})`, NEXT]
    .join("\n");
}

interface Finished {
  readonly options: PartyOptions;
  readonly stored: Stored;
  readonly target: Target;
  readonly carrier: "tls" | "tcp";
  readonly result: PartyResult;
  readonly heard: Heard;
}

function summary({ options, target, carrier, result: { seconds, traffic, spent }, heard }: Finished): string {
  const sent = traffic.sent.map((bytes, peer) => `${size(bytes)} to party ${peer}`)
    .filter((_, peer) => peer !== options.player);
  const total = traffic.sent.reduce((s, b) => s + b, 0);
  const received = heard.outputs.map(({ label }) => label);
  const metrics = Object.entries(heard.metrics).map(([name, value]) =>
    `${name.padEnd(14)} ${Number(value.toFixed(6))}`
  );
  return [
    ...metrics,
    ...(received.length === 0 ? [] : [`received       ${received.join(", ")}`]),
    `time           ${
      (seconds + spent.seconds).toFixed(3)
    } s (${options.backend}, party ${options.player} of ${target.parties}, ${carrier})`,
    `rounds         ${traffic.rounds.toLocaleString("en")}`,
    `sent           ${size(total)} (${sent.join(", ")})`,
    `preprocessing  ${preprocessed(preprocessingOf(options, spent), "sent")}`,
  ].join("\n");
}

function json(
  { options, stored, target, carrier, result: { seconds, traffic, spent, file }, heard }: Finished,
): string {
  return JSON.stringify({
    program: stored.program,
    args: stored.args,
    backend: options.backend,
    party: options.player,
    parties: target.parties,
    transport: carrier,
    tapeHash: stored.hash,
    seconds: seconds + spent.seconds,
    rounds: traffic.rounds,
    bytes: { perReceiver: traffic.sent, total: traffic.sent.reduce((s, b) => s + b, 0) },
    preprocessing: {
      ...preprocessingOf(options, spent),
      ...(file === undefined ? {} : { file }),
    },
    metrics: heard.metrics,
    outputs: heard.outputs,
  }, (_, v) => typeof v === "bigint" ? String(v) : v);
}

/** What this party's preprocessing took. */
function preprocessingOf(
  { preprocessing }: PartyOptions,
  { seconds, rounds, sent }: PartyResult["spent"],
): Preprocessing {
  const from = preprocessing?.mode === "file" ? "file" : "run";
  return { from, seconds, rounds, bytes: sent.reduce((sum, bytes) => sum + bytes, 0) };
}
