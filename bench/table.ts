/**
 * Measured rows as lines of a table, beside the reference's figures.
 *
 * @module
 */
import type { Measured } from "./measure.ts";
import type { Reference } from "./reference.ts";

/** The columns of a table. Where a protocol preprocesses, seconds, megabytes and rounds include it. */
export function columns(preprocessing: boolean): readonly string[] {
  return [
    ...["program", "s", ...(preprocessing ? ["online"] : []), "reference"],
    ...["MB", ...(preprocessing ? ["online"] : []), "reference"],
    ...["rounds", ...(preprocessing ? ["online"] : []), "reference"],
    ...(preprocessing ? ["triples/s"] : []),
  ];
}

/** One row's cells. */
export function cells(measured: Measured, reference: Reference, preprocessing: boolean): readonly string[] {
  const { name, seconds, online } = measured;
  const made = measured.preprocessing ?? { seconds: 0, bytes: 0, rounds: 0 };
  const apart = (cell: string) => preprocessing ? [cell] : [];
  return [
    ...[name, time(seconds.median), ...apart(time(online.seconds)), time(reference.seconds)],
    ...[megabytes(online.bytes + made.bytes), ...apart(megabytes(online.bytes)), number(reference.megabytes, 2)],
    ...[number(online.rounds + made.rounds, 0), ...apart(number(online.rounds, 0)), number(reference.rounds, 0)],
    ...apart(number(measured.preprocessing?.triplesPerSecond, 0)),
  ];
}

/** A row whose program does not exist yet. */
export function notYet(name: string, { seconds }: Reference, preprocessing: boolean): readonly string[] {
  const all = columns(preprocessing).map(() => "");
  return [name, "not yet", ...(preprocessing ? [""] : []), time(seconds), ...all].slice(0, all.length);
}

/** Figures of one training step. */
export function perStep(measured: Measured, reference: Reference, steps: number, preprocessing: boolean) {
  const { seconds, online } = measured;
  const made = measured.preprocessing ?? { seconds: 0, bytes: 0, rounds: 0 };
  const apart = (cell: string) => preprocessing ? [cell] : [];
  const micro = (s: number) => `${number(s / steps * 1e6, 0)} µs`;
  const kilo = (bytes: number | undefined) => bytes === undefined ? "" : `${number(bytes / steps / 1e3, 2)} kB`;
  const reported = reference.megabytes === undefined ? undefined : reference.megabytes * 1e6;
  const rounds = reference.rounds === undefined ? undefined : reference.rounds / steps;
  return [
    ...["  a training step", micro(seconds.median), ...apart(micro(online.seconds)), micro(reference.seconds)],
    ...[kilo(online.bytes + made.bytes), ...apart(kilo(online.bytes)), kilo(reported)],
    ...[number((online.rounds + made.rounds) / steps, 2), ...apart(number(online.rounds / steps, 2))],
    ...[number(rounds, 1), ...apart("")],
  ];
}

/** Seconds, to three digits. */
function time(seconds: number): string {
  return seconds.toLocaleString("en", { maximumSignificantDigits: 3 });
}

function megabytes(bytes: number): string {
  return number(bytes / 1e6, 2);
}

function number(value: number | undefined, digits: number): string {
  return value?.toLocaleString("en", { maximumFractionDigits: digits }) ?? "";
}
