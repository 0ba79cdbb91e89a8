/**
 * What to write where a program asks a tensor for what it does not have, or uses names of other libraries.
 *
 * @module
 */
import { memberAdvice, type Receiver } from "../members.ts";
import { suggestion } from "../nearest.ts";
import { quote } from "./finding.ts";
import type { Tensors } from "./tensors.ts";
import ts from "./typescript.ts";

/** TypeScript's codes, each with and without a guess of its own: no such property, no call, no such name. */
const NO_PROPERTY = new Set([2339, 2551]);
const NOT_CALLABLE = new Set([2349, 6234]);
const NO_NAME = new Set([2304, 2552]);

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
  if (NO_NAME.has(code)) {
    return LIBRARIES.has(name.text)
      ? `There is no "${name.text}" here: tensors have methods, x.matmul(y), and functions are imported from the library, sigmoid(x)`
      : undefined;
  }
  if (!NO_PROPERTY.has(code) && !NOT_CALLABLE.has(code)) return undefined;
  const access = name.parent;
  if (!ts.isPropertyAccessExpression(access) || access.name !== name) return undefined;
  const type = checker.getTypeAtLocation(access.expression);
  const known = checker.getPropertiesOfType(checker.getNonNullableType(type)).map((p) => p.name)
    .filter((member) => !member.startsWith("__"));
  const receiver = receiverOf(type, tensors);
  if (receiver === undefined) {
    if (NOT_CALLABLE.has(code) || !isOfMachineLearning(type)) return undefined;
    const meant = suggestion(name.text, known);
    return `${quote(access.expression)} has no "${name.text}"${meant}. It has ${known.join(", ")}`;
  }
  return memberAdvice(receiver, name.text, known, quote(access.expression, 24));
}

/** Whether a type is a class or a list of layers, losses and the like of the library. */
function isOfMachineLearning(type: ts.Type): boolean {
  return type.symbol?.declarations?.some((d) => /\/ml\/[^.]+\.ts$/.test(d.getSourceFile().fileName)) ?? false;
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
