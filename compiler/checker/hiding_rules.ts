/**
 * Refuses tensors that go where a plain value is wanted, or where nobody knows them for tensors any more.
 *
 * TypeScript refuses the first as well, and the check of whole programs forbids `any`. Code that runs without either is judged by these
 * rules: a tensor passed for a truth value decides without a word.
 *
 * @module
 */
import { type Finding, quote } from "./finding.ts";
import type { Tensors } from "./tensors.ts";
import ts from "./typescript.ts";

/** The places in a file where a tensor is taken for something else. */
export function hidingFindings(file: ts.SourceFile, tensors: Tensors, program: ts.Program): Finding[] {
  const checker = program.getTypeChecker();
  const findings: Finding[] = [];
  const typeOf = (node: ts.Node) => checker.getTypeAtLocation(node);

  function isTensor(node: ts.Expression): boolean {
    const look = tensors.look(typeOf(node));
    return look !== null && look.known !== "hidden";
  }

  /** Whether values of a type are tensors, or lists or records of some. */
  function holdsTensor(type: ts.Type, depth = 2): boolean {
    const look = tensors.look(type);
    if (look !== null) return look.known !== "hidden";
    if (depth === 0 || !(type.flags & ts.TypeFlags.Object)) return false;
    const element = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    if (element !== undefined) return holdsTensor(element, depth - 1);
    return type.getProperties().some((p) => {
      const declared = p.valueDeclaration;
      return declared !== undefined &&
        (ts.isPropertyAssignment(declared) || ts.isShorthandPropertyAssignment(declared)) &&
        holdsTensor(checker.getTypeOfSymbol(p), depth - 1);
    });
  }

  function judge(node: ts.Expression): void {
    if (!isTensor(node)) return;
    const wanted = checker.getContextualType(node);
    if (wanted === undefined) return;
    if (wanted === checker.getAnyType()) hidden(node);
    else if (tensors.look(wanted) === null && !(wanted.flags & (ts.TypeFlags.Never | ts.TypeFlags.TypeParameter))) {
      const message =
        `Cannot take "${quote(node)}" for a ${checker.typeToString(wanted)}: a tensor has no value while the ` +
        `program is compiled; use its methods`;
      findings.push({ node, message, covers: node });
    }
  }

  function hidden(node: ts.Expression): void {
    const message = `Cannot give "${quote(node)}" the type any: it hides a tensor; write its type`;
    findings.push({ node, message, covers: node });
  }

  function visit(node: ts.Node): void {
    if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node) || ts.isSatisfiesExpression(node)) asserted(node);
    else if (ts.isCallExpression(node) || ts.isNewExpression(node)) node.arguments?.forEach(judge);
    else if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) {
      if (node.initializer !== undefined && node.type !== undefined) judge(node.initializer);
    } else if (ts.isReturnStatement(node)) {
      if (node.expression !== undefined) judge(node.expression);
    } else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) judge(node.body);
    else if (ts.isArrayLiteralExpression(node)) node.elements.forEach(judge);
    else if (ts.isPropertyAssignment(node)) judge(node.initializer);
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) judge(node.right);
    ts.forEachChild(node, visit);
  }

  function asserted({ expression, type }: ts.AsExpression | ts.TypeAssertion | ts.SatisfiesExpression): void {
    if (!holdsTensor(typeOf(expression)) || ts.isConstTypeReference(type)) return;
    const as = checker.getTypeFromTypeNode(type);
    if (tensors.look(as)?.known === "hidden" || tensors.look(as) === null) hidden(expression);
  }

  visit(file);
  for (const { start, length, messageText } of program.getSemanticDiagnostics(file)) {
    const text = ts.flattenDiagnosticMessageText(messageText, "\n");
    if (start === undefined || length === undefined || !MISTAKEN.test(text)) continue;
    const node = nodeAt(file, start, start + length);
    const message = `Cannot take "${quote(node)}" for what it is not: ${
      text.split("\n").map((line) => line.trim()).join(" ")
    }`;
    findings.push({ node, message, covers: node });
  }
  return findings;
}

/** What TypeScript says where a tensor within a list, a record or a function's result is taken for a plain value. */
const MISTAKEN =
  /ype '(Secret|Public|Declared|Regint|RowIndices)\b[^']*' is not assignable to (parameter of )?type '(boolean|true|false|number|string|bigint)\b/;

/** The smallest node that has these positions. */
function nodeAt(file: ts.SourceFile, start: number, end: number): ts.Node {
  let node: ts.Node = file;
  for (let next: ts.Node | undefined = file; next !== undefined;) {
    node = next;
    next = ts.forEachChild(node, (child) => child.getStart(file) <= start && end <= child.end ? child : undefined);
  }
  return node;
}
