/**
 * `party`: one party of a compiled program over a network.
 *
 * @module
 */
import { checkTarget, predict, schedule, type Stored } from "@symbolon/compiler";
import type { Target } from "@symbolon/protocol";
import { type Address, type Carrier, mutualTls, parseAddress, parseAddresses, plainTcp } from "@symbolon/transport";
import { backendNamed } from "../backends.ts";
import { openInputs, type PartyEvent, type PartyResult } from "../engine.ts";
import { playOverNetwork } from "../play.ts";
import type { RunOutput } from "../run.ts";
import { loadIdentity } from "./certificate_files.ts";
import { loadCompiled } from "./compiled_files.ts";
import { inputsFrom } from "./input_files.ts";
import { UsageError } from "./options.ts";
import { parsePartyOptions, PARTY_HELP, type PartyOptions } from "./party_options.ts";
import { Progress } from "./progress.ts";
import { preprocessed, size } from "./report.ts";

/** Runs the command. */
export async function party(argv: readonly string[]): Promise<void> {
  const options = parsePartyOptions(argv);
  if (options.help) return console.log(PARTY_HELP);
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
  const inputs = openInputs(stored.tape, inputsFrom({ inputs: new Map() }, options.inputPrefix), self);
  const addresses = addressesOf(options, target.parties);
  const carrier = carrierOf(options, target.parties);
  const { rounds } = predict(schedule(stored.tape, target), target);
  const heard = new Heard(rounds, self);
  const result = await playOverNetwork(
    {
      backend: options.backend,
      options: backendOptions,
      tape: stored.tape,
      hash: stored.hash,
      threads: options.threads ?? stored.threads ?? 1,
      inputs,
    },
    {
      self,
      addresses,
      carrier,
      waitMs: options.waitMs,
      timeoutMs: options.timeoutMs,
      listenEverywhere: options.hostname === undefined && options.addressFile === undefined && !options.insecureTcp,
      onNotice: (line) => heard.note(line),
      ...(options.myPort === undefined ? {} : { listenPort: options.myPort }),
    },
    { backend, emit: (event) => heard.event(event) },
  ).finally(() => heard.end());
  const finished = { options, stored, target, carrier: carrier.name, result, heard };
  console.log(options.json ? json(finished) : `\n${summary(finished)}`);
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
      return parseAddresses(Deno.readTextFileSync(addressFile), addressFile, parties, portBase);
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
  readonly #progress: Progress;
  readonly #self: number;

  constructor(rounds: number, self: number) {
    this.#progress = new Progress(rounds);
    this.#self = self;
  }

  event(event: PartyEvent): void {
    switch (event.type) {
      case "print":
        return this.#say(event.line);
      case "metric":
        this.metrics[event.name] = event.value;
        return;
      case "progress":
        return this.#progress.update(event.rounds);
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
    console.log(line);
  }
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
    `preprocessing  ${preprocessed(spentBy(spent), "sent")}`,
  ].join("\n");
}

function json({ options, stored, target, carrier, result: { seconds, traffic, spent }, heard }: Finished): string {
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
    preprocessing: spentBy(spent),
    metrics: heard.metrics,
    outputs: heard.outputs,
  }, (_, v) => typeof v === "bigint" ? String(v) : v);
}

/** What this party's preprocessing took. */
function spentBy({ seconds, rounds, sent }: PartyResult["spent"]) {
  return { seconds, rounds, bytes: sent.reduce((sum, bytes) => sum + bytes, 0) };
}
