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
export function hidingFindings(file: ts.SourceFile, tensors: Tensors, checker: ts.TypeChecker): Finding[] {
  const findings: Finding[] = [];
  const typeOf = (node: ts.Node) => checker.getTypeAtLocation(node);

  function isTensor(node: ts.Expression): boolean {
    const look = tensors.look(typeOf(node));
    return look !== null && look.known !== "hidden";
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
    else if (ts.isPropertyAssignment(node)) judge(node.initializer);
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) judge(node.right);
    ts.forEachChild(node, visit);
  }

  function asserted({ expression, type }: ts.AsExpression | ts.TypeAssertion | ts.SatisfiesExpression): void {
    if (!isTensor(expression) || ts.isConstTypeReference(type)) return;
    const as = checker.getTypeFromTypeNode(type);
    if (tensors.look(as)?.known === "hidden" || tensors.look(as) === null) hidden(expression);
  }

  visit(file);
  return findings;
}
