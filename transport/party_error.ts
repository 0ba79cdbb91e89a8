/** Errors of one party, told to whoever runs them all. @module */
import {
  CommitmentError,
  ConsistencyError,
  DesyncError,
  MacCheckError,
  OutOfRangeError,
  type PartyId,
  PeerError,
  ProgramMismatchError,
  SacrificeError,
} from "@symbolon/protocol";

/** An error as it crosses threads: a structured clone would lose our classes. */
export interface ErrorReport {
  readonly name: string;
  /** The class among those below that it is of; absent: none but Error. */
  readonly of: string | undefined;
  readonly message: string;
  readonly stack: string | undefined;
}

const CLASSES: Readonly<Record<string, new (message: string) => Error>> = {
  CommitmentError,
  ConsistencyError,
  DesyncError,
  MacCheckError,
  OutOfRangeError,
  PeerError,
  ProgramMismatchError,
  RangeError,
  SacrificeError,
  SyntaxError,
  TypeError,
};

/** What is to be told about anything thrown. */
export function reportError(thrown: unknown): ErrorReport {
  const error = asError(thrown);
  const { name, message, stack } = error;
  return { name, of: classOf(error), message, stack };
}

/** Its class if that is one of the protocol's or of the language's, else the nearest that it extends. */
function classOf(error: Error): string | undefined {
  if (Object.hasOwn(CLASSES, error.name)) return error.name;
  return Object.keys(CLASSES).find((name) => error instanceof CLASSES[name]!);
}

/** The error again, of the same name and of the protocol's or the language's class that it is of. */
export function restoreError(report: ErrorReport): Error {
  const Class = report.of === undefined ? Error : CLASSES[report.of] ?? Error;
  const error = new Class(report.message);
  if (error.name !== report.name) Object.defineProperty(error, "name", { value: report.name, configurable: true });
  if (report.stack !== undefined) error.stack = report.stack;
  return error;
}

/** The same error, with its party in the message. */
export function nameParty(thrown: unknown, party: PartyId): Error {
  const error = thrown instanceof DOMException ? new Error(thrown.message, { cause: thrown }) : asError(thrown);
  error.message = `Party ${party}: ${error.message}`;
  return error;
}

/** The error itself, or one that says what else was thrown. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
