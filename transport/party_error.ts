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
  const { name, message, stack } = asError(thrown);
  return { name, message, stack };
}

/** The error again, of the same class where it is one of the protocol's or of the language's, else of the same name. */
export function restoreError(report: ErrorReport): Error {
  const Class = CLASSES[report.name];
  const error = new (Class ?? Error)(report.message);
  if (Class === undefined) error.name = report.name;
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
