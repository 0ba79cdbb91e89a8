/**
 * Refuses what hides types from the check: `any`, assertions from `unknown`, suppressed errors, code in strings.
 *
 * @module
 */
import { type Finding, quote } from "./finding.ts";
import type { Tensors } from "./tensors.ts";
import ts from "./typescript.ts";

const WRITE = "any hides secrets: write the type";

/** The places in a file that hide types. */
export function anyFindings(file: ts.SourceFile, tensors: Tensors, checker: ts.TypeChecker): Finding[] {
  const findings: Finding[] = [];
  const any = checker.getAnyType();

  function report(node: ts.Node, message: string, typeOnly = false): void {
    findings.push({ node, message, covers: node, typeOnly });
  }

  /** Whether a type is any or made of it: any[], Promise<any>, … */
  function holdsAny(type: ts.Type, depth = 0): boolean {
    if (type === any) return true;
    if (depth === 4) return false;
    if (type.isUnionOrIntersection()) return type.types.some((part) => holdsAny(part, depth + 1));
    const object = type as ts.ObjectType;
    if (!(type.flags & ts.TypeFlags.Object && object.objectFlags & ts.ObjectFlags.Reference)) return false;
    return checker.getTypeArguments(type as ts.TypeReference).some((part) => holdsAny(part, depth + 1));
  }

  function declaration(
    node: ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement | ts.PropertyDeclaration,
  ) {
    if (!ts.isBindingElement(node) && node.type !== undefined) return;
    if (ts.isArrayBindingPattern(node.name) || ts.isObjectBindingPattern(node.name)) return;
    const type = checker.getTypeAtLocation(node.name);
    if (holdsAny(type)) {
      report(node.name, `"${quote(node.name)}" has type ${checker.typeToString(type)}: ${WRITE}`, true);
    }
  }

  function returned(node: ts.FunctionLikeDeclaration): void {
    if (node.type !== undefined || node.body === undefined || ts.isConstructorDeclaration(node)) return;
    const signature = checker.getSignatureFromDeclaration(node);
    if (signature === undefined) return;
    const type = checker.getReturnTypeOfSignature(signature);
    if (!holdsAny(type)) return;
    const place = node.name ?? (ts.isArrowFunction(node) && !ts.isBlock(node.body) ? node.body : node);
    report(place, `"${quote(place, 30)}" returns ${checker.typeToString(type)}: ${WRITE}`, true);
  }

  /** Where a value of type any comes from; JSON holds no secrets. */
  function source(node: ts.CallExpression | ts.PropertyAccessExpression | ts.ElementAccessExpression): void {
    if (checker.getTypeAtLocation(node) !== any || checker.getTypeAtLocation(node.expression) === any) return;
    if (["JSON.parse", "eval", "import"].includes(node.expression.getText())) return;
    report(node, `"${quote(node)}" has type any: any hides secrets; use what has a type`, true);
  }

  function assertion({ expression, type }: ts.AsExpression | ts.TypeAssertion): void {
    if (ts.isConstTypeReference(type)) return;
    const from = checker.getTypeAtLocation(expression);
    if (from.flags & ts.TypeFlags.Any || tensors.look(from)?.known !== "hidden") return;
    if (tensors.look(checker.getTypeFromTypeNode(type))?.known === "hidden") return;
    const hidden = `"${quote(expression)}" of type ${checker.typeToString(from)}`;
    report(expression, `Cannot assert the type of ${hidden}: it may hide a secret; check it with typeof or instanceof`);
  }

  /** Names under which the standard library runs text as code. */
  function codeInText(node: ts.Identifier): void {
    if (node.text !== "eval" && node.text !== "Function") return;
    if (ts.isTypeReferenceNode(node.parent) || ts.isExpressionWithTypeArguments(node.parent)) return;
    if (ts.isBinaryExpression(node.parent) && node.parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) {
      return;
    }
    const declared = checker.getSymbolAtLocation(node)?.declarations ?? [];
    if (!declared.some((d) => /\/lib\.[\w.]+\.d\.ts$/.test(d.getSourceFile().fileName))) return;
    report(node, `Cannot use ${node.text}: the check does not see code in texts; write it as a function`);
  }

  function visit(node: ts.Node): void {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      report(node, `Cannot use any: it hides secrets; write the type, or unknown`);
    } else if (
      ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node) ||
      ts.isPropertyDeclaration(node)
    ) declaration(node);
    else if (ts.isFunctionLike(node)) returned(node as ts.FunctionLikeDeclaration);
    else if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) assertion(node);
    else if (ts.isIdentifier(node)) codeInText(node);
    else if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      source(node);
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) imported(node);
    }
    ts.forEachChild(node, visit);
  }

  function imported(node: ts.CallExpression): void {
    const path = node.arguments[0];
    if (path === undefined || ts.isStringLiteralLike(path)) return;
    report(path, `Cannot import "${quote(path)}": the check follows fixed paths only; write the path as a text`);
  }

  visit(file);
  return findings;
}

/** Comments that silence TypeScript's errors: their places in a file. */
export function suppressions(file: ts.SourceFile): { readonly start: number; readonly message: string }[] {
  const found: { start: number; message: string }[] = [];
  for (const match of file.text.matchAll(/@ts-(?:ignore|expect-error|nocheck)\b/g)) {
    if (isInLiteral(file, match.index)) continue;
    const message = `Cannot use ${match[0]}: it hides errors, secrets among them; mend the error`;
    found.push({ start: match.index, message });
  }
  return found;
}

/** Whether a position lies in a text, a template or a regular expression, and not in a comment. */
function isInLiteral(file: ts.SourceFile, position: number): boolean {
  let inside = false;
  const visit = (node: ts.Node): void => {
    if (position < node.getStart(file) || position >= node.end) return;
    inside ||= ts.isLiteralExpression(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return inside;
}
