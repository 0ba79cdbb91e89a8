/**
 * What a run prints at its end, for people and for machines: a run of all parties, or of one over a network.
 *
 * @module
 */
import type { Prediction } from "@symbolon/compiler";
import type { CarrierName, MaterialFile, Preprocessing } from "@symbolon/engine";
import type { RunOutput } from "@symbolon/engine/run";
import { type PartyId, type Target, totalBytes } from "@symbolon/protocol";

/** Everything about a finished run. */
export interface Finished {
  readonly program: string;
  readonly args: readonly string[];
  readonly backend: string;
  /** The one party that ran here; absent: all of them. */
  readonly party?: PartyId;
  readonly parties: number;
  readonly transport: CarrierName;
  readonly threads: number;
  readonly tapeHash: string;
  readonly seconds: number;
  /** Absent where the program was compiled before. */
  readonly compileSeconds?: number;
  readonly rounds: number;
  /** Bytes sent, by party; those of one party by receiver. */
  readonly sent: readonly number[];
  readonly preprocessing: Preprocessing;
  readonly metrics: Readonly<Record<string, number>>;
  readonly outputs: readonly RunOutput[];
}

/** The end of a run, as one line of JSON or for people. */
export function report(finished: Finished, asJson: boolean): string {
  if (asJson) return json(finished);
  return finished.preprocessing.files === undefined ? `\n${summary(finished)}` : preprocessedSummary(finished);
}

function summary(finished: Finished): string {
  const { party, parties, rounds, sent, preprocessing, metrics, outputs, seconds, compileSeconds } = finished;
  const lines = Object.entries(metrics).map(([name, value]) => `${words(name).padEnd(14)} ${Number(value.toFixed(6))}`);
  if (party !== undefined && outputs.length > 0) {
    lines.push(`received       ${outputs.map(({ label }) => label).join(", ")}`);
  }
  if (lines.length > 0) lines.push("");
  const compiled = compileSeconds === undefined ? "" : `; compiled in ${compileSeconds.toFixed(2)} s`;
  lines.push(`time           ${seconds.toFixed(3)} s (${who(finished)}${compiled})`);
  if (parties === 1) {
    lines.push("                nothing is protected: emulate computes in the clear");
    return lines.join("\n");
  }
  lines.push(`rounds         ${rounds.toLocaleString("en")}`);
  const each = party === undefined
    ? ` in all (${sent.map(size).join(", ")} by party)`
    : ` (${sent.map((bytes, to) => `${size(bytes)} to party ${to}`).filter((_, to) => to !== party).join(", ")})`;
  lines.push(`sent           ${size(sum(sent))}${each}`);
  lines.push(`preprocessing  ${preprocessed(preprocessing, party)}`);
  return lines.join("\n");
}

/** The summary of a run that only preprocesses. */
function preprocessedSummary(finished: Finished): string {
  const { preprocessing, party } = finished;
  return [
    ...preprocessing.files!.map(wrote),
    "",
    `preprocessing  ${preprocessed(preprocessing, party)} (${who(finished)})`,
    "next           the same command with --use-preprocessing in place of --preprocess-only, once",
  ].join("\n");
}

/** Who ran, and by which means. */
function who({ backend, party, parties, transport, threads }: Finished): string {
  if (parties === 1) return `${backend}, in the clear`;
  const of = party === undefined ? `${parties} parties` : `party ${party} of ${parties}`;
  return `${backend}, ${of}, ${transport}${threads === 1 ? "" : `, ${threads} threads`}`;
}

/** "testAccuracy" as "test accuracy". */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);
}

/** Integers beyond 2^53 are strings. */
function json(finished: Finished): string {
  const { program, args, backend, party, parties, transport, tapeHash, seconds, compileSeconds, rounds } = finished;
  const { sent, preprocessing, metrics, outputs } = finished;
  const total = sum(sent);
  return JSON.stringify({
    ...{ program, args, backend, party, parties, transport, tapeHash, seconds, compileSeconds, rounds },
    bytes: party === undefined ? { perParty: sent, total } : { perReceiver: sent, total },
    preprocessing: party === undefined ? preprocessing : ofOne(preprocessing),
    ...{ metrics, outputs },
  }, (_, v) => typeof v === "bigint" ? String(v) : v);
}

/** One party has one file of material, if it has written any. */
function ofOne({ files, ...spent }: Preprocessing) {
  return files === undefined ? spent : { ...spent, file: files[0] };
}

/** A file of material. */
function wrote({ name, bytes }: MaterialFile): string {
  return `wrote ${name} (${size(bytes)}, secret: it stays here and is good for one run)`;
}

/** What preprocessing took: bytes are those of all parties, or those that one has sent. */
function preprocessed({ from, seconds, rounds, bytes }: Preprocessing, party: PartyId | undefined): string {
  if (from === "file") return `from file, ${seconds.toFixed(3)} s to read`;
  if (rounds === 0) return "none";
  const of = party === undefined ? "in all" : "sent";
  return `${seconds.toFixed(3)} s, ${size(bytes)} ${of}, ${rounds.toLocaleString("en")} rounds`;
}

/** What a run will cost. */
export function predicted(prediction: Prediction, target: Target): string {
  const sent = prediction.links.map(sum);
  const demand = [...prediction.demand].map(([{ name }, n]) => `${n.toLocaleString("en")} × ${name}`);
  return [
    `rounds         ${prediction.rounds.toLocaleString("en")}`,
    `sent           ${size(sum(sent))} in all (${sent.map(size).join(", ")} by party)`,
    `preprocessing  ${
      demand.length === 0 ? "none" : `${size(predictedPreprocessing(prediction, target))}: ${demand.join(", ")}`
    }`,
  ].join("\n");
}

/** Bytes that all parties together send to make a program's material, if all of it is made at once. */
function predictedPreprocessing({ demand }: Prediction, target: Target): number {
  return demand.size === 0 || target.preprocessing === undefined ? 0 : totalBytes(target.preprocessing(demand));
}

/** Bytes for people: decimal units, as MP-SPDZ reports them. */
function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

function sum(bytes: readonly number[]): number {
  return bytes.reduce((a, b) => a + b, 0);
}
