/**
 * Why a party stopped, as it tells the others.
 *
 * Only errors about who takes part in what, and where in it, are told. What else goes wrong, a value out of range or a missing file,
 * says something about the party's own data or machine and stays with it. So does which check a message has failed: somebody who
 * deviates would learn from it which of its guesses were right.
 *
 * @module
 */
import { DesyncError, PeerError, ProgramMismatchError } from "@symbolon/protocol";
import { asError } from "./party_error.ts";

const TOLD = { DesyncError, PeerError, ProgramMismatchError } as const;

/** An abort frame's text. */
export function abortText(thrown: unknown): string {
  const { name, message } = asError(thrown);
  return JSON.stringify(Object.hasOwn(TOLD, name) ? { name, message: message.slice(0, 1000) } : {});
}

/** The error that an abort frame becomes on the other side. */
export function readAbort(text: string, sender: string): Error {
  const { name, message } = parse(text);
  if (typeof message !== "string") return new PeerError(`${sender} stopped because of an error: see its own messages`);
  const Class = name === "ProgramMismatchError" ? ProgramMismatchError : PeerError;
  return new Class(`${sender} stopped: ${printable(message)}`);
}

/** The text without control characters: it comes from somebody else and may reach a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, "?").slice(0, 1000);
}

function parse(text: string): { readonly name?: unknown; readonly message?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
