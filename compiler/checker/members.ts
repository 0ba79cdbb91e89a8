/**
 * What to write where a program asks a tensor for what it does not have, or uses names of other libraries.
 *
 * @module
 */
import { memberAdvice, type Receiver } from "../members.ts";
import { quote } from "./finding.ts";
import type { Tensors } from "./tensors.ts";
import ts from "./typescript.ts";

/** TypeScript's codes: no such property, twice; not callable; no such name, twice. */
const [NO_PROPERTY, NO_PROPERTY_BUT, NOT_CALLABLE, NO_NAME, NO_NAME_BUT] = [2339, 2551, 2349, 2304, 2552] as const;

/** Names under which programs elsewhere have their library. */
const LIBRARIES = new Set(["np", "numpy", "torch", "pd", "math", "K"]);

/** A better text for an error of TypeScript's; undefined if there is none. */
export function memberText(
  { code, start = 0 }: ts.Diagnostic,
  source: ts.SourceFile,
  tensors: Tensors,
  checker: ts.TypeChecker,
): string | undefined {
  const name = identifierAt(source, start);
  if (name === undefined) return undefined;
  if (code === NO_NAME || code === NO_NAME_BUT) {
    return LIBRARIES.has(name.text)
      ? `There is no "${name.text}" here: tensors have methods, x.matmul(y), and functions are imported from the library, sigmoid(x)`
      : undefined;
  }
  if (code !== NO_PROPERTY && code !== NO_PROPERTY_BUT && code !== NOT_CALLABLE) return undefined;
  const access = name.parent;
  if (!ts.isPropertyAccessExpression(access) || access.name !== name) return undefined;
  const type = checker.getTypeAtLocation(access.expression);
  const receiver = receiverOf(type, tensors);
  if (receiver === undefined) return undefined;
  const known = checker.getPropertiesOfType(checker.getNonNullableType(type)).map((p) => p.name)
    .filter((member) => !member.startsWith("__"));
  // What is called and has no call is a property: only advice of its own fits.
  if (code === NOT_CALLABLE && !known.includes(name.text)) return undefined;
  return memberAdvice(receiver, name.text, known, quote(access.expression, 24));
}

function receiverOf(type: ts.Type, tensors: Tensors): Receiver | undefined {
  const look = tensors.look(type);
  if (look === null || look.mixed || look.known === "hidden") return undefined;
  if (look.known === "secret") return "secret";
  return ({ Regint: "index", RowIndices: "rows" } as const)[type.symbol?.name] ?? "public";
}

function identifierAt(source: ts.SourceFile, position: number): ts.Identifier | undefined {
  const find = (node: ts.Node): ts.Identifier | undefined => {
    if (position < node.getStart(source) || position >= node.end) return undefined;
    return ts.forEachChild(node, find) ??
      (ts.isIdentifier(node) && node.getStart(source) === position ? node : undefined);
  };
  return find(source);
}
