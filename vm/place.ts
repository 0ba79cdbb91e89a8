/** Where in the program something happened, as messages begin. @module */
import type { Loc } from "@symbolon/compiler";

/** "file:line:column: ", or nothing where the place is not known. */
export function placeOf(at: Loc | null): string {
  return at === null ? "" : `${at.file.replace(/^file:\/\//, "")}:${at.line}:${at.column}: `;
}
