/**
 * What a run prints at its end, for people and for machines.
 *
 * @module
 */
import type { Compiled, Prediction } from "@symbolon/compiler";
import { type Target, totalBytes } from "@symbolon/protocol";
import type { RunReport } from "../engine.ts";
import type { MaterialFile } from "../party_job.ts";
import type { RunOutput } from "../run.ts";

/** Everything about a finished run. */
export interface Finished {
  readonly program: string;
  readonly args: readonly string[];
  readonly backend: string;
  readonly compiled: Compiled;
  readonly compileSeconds: number;
  readonly report: RunReport;
  readonly metrics: Readonly<Record<string, number>>;
  readonly outputs: readonly RunOutput[];
}

/** The summary for people. */
export function summary({ backend, report, compileSeconds, metrics }: Finished): string {
  const total = report.sent.reduce((s, b) => s + b, 0);
  const lines = Object.entries(metrics).map(([name, value]) => `${words(name).padEnd(14)} ${Number(value.toFixed(6))}`);
  if (lines.length > 0) lines.push("");
  const parties = report.parties === 1 ? "in the clear" : `${report.parties} parties, ${report.transport}`;
  const threads = report.threads === 1 ? "" : `, ${report.threads} threads`;
  lines.push(
    `time           ${report.seconds.toFixed(3)} s (${backend}, ${parties}${threads}; compiled in ${
      compileSeconds.toFixed(2)
    } s)`,
  );
  if (report.parties > 1) {
    lines.push(`rounds         ${report.rounds.toLocaleString("en")}`);
    lines.push(`sent           ${size(total)} in all (${report.sent.map(size).join(", ")} by party)`);
    lines.push(`preprocessing  ${preprocessed(report.preprocessing)}`);
  } else lines.push("                nothing is protected: emulate computes in the clear");
  return lines.join("\n");
}

/** "testAccuracy" as "test accuracy". */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);
}

/** Bytes for people: decimal units, as MP-SPDZ reports them. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

/** The summary for machines: one line of JSON. Integers beyond 2^53 are strings. */
export function json(finished: Finished): string {
  const { program, args, backend, compiled, compileSeconds, report, metrics, outputs } = finished;
  return JSON.stringify({
    program,
    args,
    backend,
    parties: report.parties,
    transport: report.transport,
    tapeHash: compiled.hash,
    seconds: report.seconds,
    compileSeconds,
    rounds: report.rounds,
    bytes: { perParty: report.sent, total: report.sent.reduce((s, b) => s + b, 0) },
    preprocessing: report.preprocessing,
    metrics,
    outputs,
  }, (_, v) => typeof v === "bigint" ? String(v) : v);
}

/** The summary of a run that only preprocesses, for people. */
export function preprocessedSummary({ backend, report: { preprocessing, parties, transport } }: Finished): string {
  return [
    ...preprocessing.files!.map(wrote),
    "",
    `preprocessing  ${preprocessed(preprocessing)} (${backend}, ${parties} parties, ${transport})`,
    NEXT,
  ].join("\n");
}

/** What a user does with files of material. */
export const NEXT = "next           the same command with --use-preprocessing in place of --preprocess-only, once";

/** A file of material, for people. */
export function wrote({ name, bytes }: MaterialFile): string {
  return `wrote ${name} (${size(bytes)}, secret: it stays here and is good for one run)`;
}

/** What preprocessing took, for people: bytes are those of all parties unless told otherwise. */
export function preprocessed({ from, seconds, rounds, bytes }: RunReport["preprocessing"], of = "in all"): string {
  if (from === "file") return `from file, ${seconds.toFixed(3)} s to read`;
  if (rounds === 0) return "none";
  return `${seconds.toFixed(3)} s, ${size(bytes)} ${of}, ${rounds.toLocaleString("en")} rounds`;
}

/** What a run will cost, for people. */
export function predicted(prediction: Prediction, target: Target): string {
  const sent = prediction.links.map((row) => row.reduce((s, b) => s + b, 0));
  const total = sent.reduce((s, b) => s + b, 0);
  const demand = [...prediction.demand].map(([{ name }, n]) => `${n.toLocaleString("en")} × ${name}`);
  return [
    `rounds         ${prediction.rounds.toLocaleString("en")}`,
    `sent           ${size(total)} in all (${sent.map(size).join(", ")} by party)`,
    `preprocessing  ${
      demand.length === 0 ? "none" : `${size(predictedPreprocessing(prediction, target))}: ${demand.join(", ")}`
    }`,
  ].join("\n");
}

/** Bytes that all parties together send to make a program's material, if all of it is made at once. */
export function predictedPreprocessing({ demand }: Prediction, target: Target): number {
  return demand.size === 0 || target.preprocessing === undefined ? 0 : totalBytes(target.preprocessing(demand));
}
