/**
 * What the check has to say about a place in a program.
 *
 * @module
 */
import type ts from "./typescript.ts";

/** A refused expression. */
export interface Finding {
  /** Where the message points. */
  readonly node: ts.Node;
  readonly message: string;
  /** The expression in which TypeScript's own errors say the same less clearly. */
  readonly covers: ts.Node;
  /** Only the type is to blame: not worth saying where TypeScript reports errors that may be its cause. */
  readonly typeOnly?: boolean;
  /** Superfluous, but right. */
  readonly harmless?: boolean;
}

/** An expression on one line, short enough for a message. */
export function quote(node: ts.Node, limit = 60): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
