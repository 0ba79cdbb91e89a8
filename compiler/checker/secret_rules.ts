/**
 * Refuses what would need the value of a tensor while the program is traced, when only its shape exists.
 *
 * Without this check most of these places throw, but conditions and === do not: an object is always true, and two tensors
 * are never identical, so the program would silently take one side.
 *
 * @module
 */
import { adviceFor, unaryAdvice } from "./advice.ts";
import { type Finding, quote } from "./finding.ts";
import type { Look, Tensors } from "./tensors.ts";
import ts from "./typescript.ts";

const { SyntaxKind } = ts;

/** Functions that turn their argument into a string, a number or a truth value. */
const CONVERSIONS = new Set(["String", "Number", "Boolean", "BigInt", "parseInt", "parseFloat", "isNaN", "isFinite"]);

/** Methods that decide by what their callback returns. */
const DECIDED_BY_CALLBACK = new Set([
  ...["every", "filter", "find", "findIndex", "findLast", "findLastIndex", "some", "sort", "toSorted"],
]);

/** Methods and functions that compare objects, not values. */
const COMPARED_BY_IDENTITY = new Set(["includes", "indexOf", "is", "lastIndexOf"]);

/** Methods of collections that look for a key as those do; WeakSet and WeakMap have objects as keys only. */
const LOOKED_UP = new Set(["delete", "get", "has"]);
const COLLECTIONS = new Set(["Map", "ReadonlyMap", "ReadonlySet", "Set"]);

const EQUALITY = new Set([
  SyntaxKind.EqualsEqualsEqualsToken,
  SyntaxKind.ExclamationEqualsEqualsToken,
  SyntaxKind.EqualsEqualsToken,
  SyntaxKind.ExclamationEqualsToken,
]);
const ORDER = new Set([
  SyntaxKind.LessThanToken,
  SyntaxKind.LessThanEqualsToken,
  SyntaxKind.GreaterThanToken,
  SyntaxKind.GreaterThanEqualsToken,
]);
const ARITHMETIC = new Set([
  ...[SyntaxKind.PlusToken, SyntaxKind.PlusEqualsToken, SyntaxKind.MinusToken, SyntaxKind.MinusEqualsToken],
  ...[SyntaxKind.AsteriskToken, SyntaxKind.AsteriskEqualsToken, SyntaxKind.SlashToken, SyntaxKind.SlashEqualsToken],
  ...[SyntaxKind.PercentToken, SyntaxKind.PercentEqualsToken],
  ...[SyntaxKind.AsteriskAsteriskToken, SyntaxKind.AsteriskAsteriskEqualsToken],
  ...[SyntaxKind.AmpersandToken, SyntaxKind.AmpersandEqualsToken, SyntaxKind.BarToken, SyntaxKind.BarEqualsToken],
  ...[SyntaxKind.CaretToken, SyntaxKind.CaretEqualsToken],
  ...[SyntaxKind.LessThanLessThanToken, SyntaxKind.LessThanLessThanEqualsToken],
  ...[SyntaxKind.GreaterThanGreaterThanToken, SyntaxKind.GreaterThanGreaterThanEqualsToken],
  ...[SyntaxKind.GreaterThanGreaterThanGreaterThanToken, SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken],
]);
const LOGICAL = new Set([
  ...[SyntaxKind.AmpersandAmpersandToken, SyntaxKind.AmpersandAmpersandEqualsToken],
  ...[SyntaxKind.BarBarToken, SyntaxKind.BarBarEqualsToken],
]);
const NULLISH = new Set([SyntaxKind.QuestionQuestionToken, SyntaxKind.QuestionQuestionEqualsToken]);

const CHOOSE = "use ifElse(), which takes both values";
const CHOOSE_PUBLIC =
  "compute with lessThan() and mul(), or decide by a number that the program knows while it is compiled";
const REPEAT = "use repeat() with a number of passes known while the program is compiled";

/** The places in a file where a tensor's value would be needed. */
export function secretFindings(file: ts.SourceFile, tensors: Tensors, checker: ts.TypeChecker): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<ts.Node>();
  const typeOf = (node: ts.Node) => checker.getTypeAtLocation(node);
  const lookAt = (node: ts.Node) => tensors.look(typeOf(node));

  function report(node: ts.Node, message: string, { covers = node, typeOnly = false, harmless = false } = {}): void {
    if (seen.has(node)) return;
    seen.add(node);
    findings.push({ node, message, covers, typeOnly, harmless });
  }

  /** A tensor where its value is needed: `verb` says what for, `fix` what to write. */
  function refuse(node: ts.Node, verb: string, fix: string | ((look: Look) => string), covers = node): boolean {
    const look = lookAt(node);
    if (look === null || look.known === "hidden") return false;
    report(node, `Cannot ${verb} ${name(node, look)}: ${typeof fix === "string" ? fix : fix(look)}`, { covers });
    return true;
  }

  /** A value of which the type does not say that it is no tensor, where a tensor would go wrong without a word. */
  function refuseHidden(node: ts.Node, verb: string): boolean {
    if (lookAt(node)?.known !== "hidden") return false;
    const hides = `"${quote(node)}" of type ${checker.typeToString(typeOf(node))}, which may hide a secret`;
    report(node, `Cannot ${verb} ${hides}: give it a type, or check it with typeof or instanceof`, { typeOnly: true });
    return true;
  }

  /** A value that decides by being true: tensors and whatever may hide one are refused. */
  function decide(
    condition: ts.Expression,
    verb: string,
    fixes: { readonly secret: string; readonly open: string },
  ): void {
    const found = outcomes(condition).filter((e) => lookAt(e) !== null);
    for (const e of found.length > 0 ? found : [condition]) {
      const look = lookAt(e);
      if (look === null) continue;
      if (look.known === "hidden") {
        refuseHidden(e, verb);
      } else if (look.nullable) {
        report(e, `Cannot ${verb} ${name(e, look)}: write ${quote(e)} !== undefined (or null) to see if it is there`);
      } else {
        report(e, `Cannot ${verb} ${name(e, look)}: ${look.known === "secret" ? fixes.secret : fixes.open}`);
      }
    }
  }

  function branch(condition: ts.Expression): void {
    decide(condition, "branch on", { secret: CHOOSE, open: CHOOSE_PUBLIC });
  }

  function loop(condition: ts.Expression): void {
    decide(condition, "end a loop by", { secret: REPEAT, open: REPEAT });
  }

  function binary(node: ts.BinaryExpression): void {
    const { left, right } = node;
    const operator = node.operatorToken.getText();
    const kind = node.operatorToken.kind as ts.BinaryOperator;
    const both = [left, right];
    if (LOGICAL.has(kind as never)) {
      const fix = operator.startsWith("&") ? "mul() for bits, or ifElse()" : "ifElse()";
      decide(left, `decide ${operator} by`, { secret: `use ${fix}`, open: CHOOSE_PUBLIC });
    } else if (NULLISH.has(kind as never)) {
      const look = lookAt(left);
      if (look !== null && !look.nullable) {
        refuse(left, `decide ${operator} by`, "a tensor is never null: leave it out");
      }
    } else if (EQUALITY.has(kind as never)) {
      if (both.some(isAbsent)) {
        const tensor = both.find((e) => !isAbsent(e));
        const look = tensor && lookAt(tensor);
        if (tensor && look && !look.nullable) refuse(tensor, `compare null with`, "a tensor is never null", node);
        return;
      }
      const fix = `${operator} compares objects, not values; ${adviceFor(node, tensors, typeOf)}`;
      for (const e of both) if (refuse(e, "compare", fix, node)) return;
      for (const e of both) if (refuseHidden(e, "compare")) return;
    } else if (ORDER.has(kind as never)) {
      const looping = isLoopCondition(node);
      for (const e of both) {
        const fix = looping ? REPEAT : adviceFor(node, tensors, typeOf);
        if (refuse(e, looping ? "bound a loop by" : `compare (${operator})`, fix, node)) return;
      }
    } else if (ARITHMETIC.has(kind as never)) {
      for (const e of both) if (refuse(e, `use ${operator} on`, adviceFor(node, tensors, typeOf), node)) return;
    } else if (kind === SyntaxKind.InKeyword) {
      if (!refuse(left, "use in on", "a tensor is no name of a property", node)) {
        if (lookAt(right)?.mixed === false) {
          refuse(right, "use in on", "a tensor's properties are known: leave it out", node);
        }
      }
    }
  }

  /** Without a second case to tell apart, `typeof` is "object" whatever the value. */
  function typeOfTensor({ expression }: ts.TypeOfExpression): void {
    const look = lookAt(expression);
    if (look?.mixed === false && !look.nullable) {
      refuse(expression, "use typeof on", 'it is always "object": leave it out');
    }
  }

  function calls(node: ts.CallExpression | ts.NewExpression): void {
    const { expression: callee, arguments: args = [] } = node;
    if (args.length === 0) return;
    truthValues(node);
    if (ts.isIdentifier(callee) && CONVERSIONS.has(callee.text) && isStandard(callee)) {
      refuse(args[0]!, `convert with ${callee.text}()`, conversionFix, node);
    } else if (ts.isPropertyAccessExpression(callee)) {
      const method = callee.name.text;
      if (method === "stringify") refuse(args[0]!, "convert with stringify()", conversionFix, node);
      if (DECIDED_BY_CALLBACK.has(method) && isStandard(callee.name)) predicate(method, args[0]!);
      if (COMPARED_BY_IDENTITY.has(method) && isStandard(callee.name)) {
        const fix = `${method}() compares objects, not values; use a tensor's methods`;
        for (const arg of args) if (refuse(arg, "compare", fix, node)) break;
      }
      if (LOOKED_UP.has(method) && ts.isCallExpression(node) && isOfCollection(callee.name)) lookUp(node, method);
      if (ts.isIdentifier(callee.expression) && callee.expression.text === "Number") {
        refuse(args[0]!, `convert with Number.${method}()`, conversionFix, node);
      }
      if (ts.isIdentifier(callee.expression) && callee.expression.text === "Math" && isStandard(callee.expression)) {
        for (const arg of args) {
          refuse(arg, `use Math.${method}() on`, "use a tensor's methods or the library's functions", node);
        }
      }
    }
    if (ts.isCallExpression(node)) assertion(node);
  }

  /** Boolean where a function is wanted, as in filter(Boolean): it decides by the elements of a list. */
  function truthValues({ expression, arguments: args }: ts.CallExpression | ts.NewExpression): void {
    const boolean = args?.find((arg) => ts.isIdentifier(arg) && arg.text === "Boolean" && isStandard(arg));
    if (args === undefined || boolean === undefined) return;
    const lists = ts.isPropertyAccessExpression(expression) ? [expression.expression, ...args] : args;
    for (const list of lists) {
      const element = checker.getIndexTypeOfType(typeOf(list), ts.IndexKind.Number);
      const look = element === undefined ? null : tensors.look(element);
      if (look === null || look.known === "hidden") continue;
      const what = `the elements of "${quote(list)}", which are tensors`;
      return report(
        boolean,
        `Cannot convert with Boolean() ${what}: ${look.known === "secret" ? CHOOSE : CHOOSE_PUBLIC}`,
      );
    }
  }

  /** An assertion throws where its argument is false: a branch. */
  function assertion(node: ts.CallExpression): void {
    if (!node.arguments.some((arg) => lookAt(arg) !== null)) return;
    const signature = checker.getResolvedSignature(node);
    const asserted = signature && checker.getTypePredicateOfSignature(signature);
    if (asserted?.kind !== ts.TypePredicateKind.AssertsIdentifier || asserted.type !== undefined) return;
    const arg = node.arguments[asserted.parameterIndex];
    if (arg !== undefined) {
      decide(arg, "assert", { secret: "reveal() it and see the run's output", open: CHOOSE_PUBLIC });
    }
  }

  function predicate(method: string, callback: ts.Expression): void {
    for (const signature of typeOf(callback).getCallSignatures()) {
      const look = tensors.look(checker.getReturnTypeOfSignature(signature));
      if (look === null || look.known === "hidden") continue;
      const what = `"${quote(callback)}", which returns a ${
        look.known === "secret" ? "secret" : "public run-time value"
      }`;
      const fix = look.known === "secret" ? "use ifElse() or mul() on each element" : CHOOSE_PUBLIC;
      return report(callback, `Cannot decide ${method}() by ${what}: ${fix}`);
    }
  }

  /** Whether a name is that of a method of maps or sets, or of a class made from them. */
  function isOfCollection(name: ts.MemberName): boolean {
    const declared = checker.getSymbolAtLocation(name)?.declarations ?? [];
    return isStandard(name) &&
      declared.some(({ parent }) => ts.isInterfaceDeclaration(parent) && COLLECTIONS.has(parent.name.text));
  }

  /** A tensor looked up among other values is in no collection; among tensors, it is found as the object that it is. */
  function lookUp(node: ts.CallExpression, method: string): void {
    const [key] = node.arguments;
    const [wanted] = checker.getResolvedSignature(node)?.parameters ?? [];
    const among = wanted && tensors.look(checker.getTypeOfSymbolAtLocation(wanted, node));
    if (key === undefined || among && among.known !== "hidden" && !among.mixed) return;
    refuse(key, "look up", `${method}() compares objects, not values; use a tensor's methods`, node);
  }

  /** Whether a name is the standard library's: a program may define its own of the same name. */
  function isStandard(node: ts.Identifier | ts.MemberName): boolean {
    const declared = checker.getSymbolAtLocation(node)?.declarations ?? [];
    return declared.some((d) => /\/lib\.[\w.]+\.d\.ts$/.test(d.getSourceFile().fileName));
  }

  function optional(node: ts.PropertyAccessExpression | ts.ElementAccessExpression | ts.CallExpression): void {
    if (node.questionDotToken === undefined) return;
    const look = lookAt(node.expression);
    if (look === null || look.known === "hidden" || look.nullable) return;
    const { expression } = node;
    const message = `Cannot decide ?. by ${name(expression, look)}: a tensor is never null: write a plain access`;
    report(expression, message, { harmless: true });
  }

  function visit(node: ts.Node): void {
    if (ts.isIfStatement(node)) branch(node.expression);
    else if (ts.isConditionalExpression(node)) branch(node.condition);
    else if (ts.isWhileStatement(node) || ts.isDoStatement(node)) loop(node.expression);
    else if (ts.isForStatement(node)) {
      if (node.condition) loop(node.condition);
    } else if (ts.isSwitchStatement(node) || ts.isCaseClause(node)) {
      if (!refuseHidden(node.expression, "switch on")) {
        refuse(node.expression, "switch on", (look) => look.known === "secret" ? CHOOSE : CHOOSE_PUBLIC);
      }
    } else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      const operator = ts.tokenToString(node.operator)!;
      const fix = unaryAdvice(operator, node.operand, tensors, typeOf(node.operand));
      if (operator === "!") decide(node.operand, "negate (!)", { secret: fix, open: CHOOSE_PUBLIC });
      else refuse(node.operand, `use ${operator} on`, fix, node);
    } else if (ts.isBinaryExpression(node)) binary(node);
    else if (ts.isTypeOfExpression(node)) typeOfTensor(node);
    else if (ts.isTemplateSpan(node)) {
      const tag = ts.isTaggedTemplateExpression(node.parent.parent) ? node.parent.parent.tag.getText() : null;
      if (tag === null || tag === "String.raw") refuse(node.expression, "put into a text", conversionFix);
    } else if (ts.isComputedPropertyName(node)) {
      refuse(
        node.expression,
        "name a property by",
        "use an array, or a name known while the program is compiled",
        node,
      );
    } else if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
      refuse(node.expression, "loop over", iterationFix);
    } else if (ts.isSpreadElement(node) || ts.isSpreadAssignment(node)) {
      refuse(node.expression, "spread", iterationFix);
    } else if (ts.isCallExpression(node) || ts.isNewExpression(node)) calls(node);
    if (ts.isElementAccessExpression(node)) {
      refuse(
        node.argumentExpression,
        "index by",
        (look) =>
          look.known === "secret"
            ? "add up all elements, each times the bit that says whether it is meant"
            : "use gather(), or a number known while the program is compiled",
        node,
      );
    }
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node)) {
      optional(node);
    }
    ts.forEachChild(node, visit);
  }

  visit(file);
  return findings;

  function name(node: ts.Node, look: Look): string {
    const text = `"${quote(node)}"`;
    if (look.known === "public") return `${text}, a public value known at run time only`;
    return look.mixed || look.nullable ? `${text}, which may be a secret` : `the secret ${text}`;
  }
}

function conversionFix({ known }: Look): string {
  return known === "secret"
    ? "reveal() it, if everybody may know it, and print it with printLn()"
    : 'use printLn("… %s", …)';
}

function iterationFix(): string {
  return "a tensor has methods for all its elements at once; row(i) is one of them";
}

/** The expressions of which one is the condition's value; what decides inside it is judged where it stands. */
function outcomes(e: ts.Expression): ts.Expression[] {
  if (ts.isParenthesizedExpression(e) || ts.isNonNullExpression(e) || ts.isSatisfiesExpression(e)) {
    return outcomes(e.expression);
  }
  if (ts.isConditionalExpression(e)) return [...outcomes(e.whenTrue), ...outcomes(e.whenFalse)];
  if (!ts.isBinaryExpression(e)) return [e];
  const { kind } = e.operatorToken;
  if (kind === SyntaxKind.QuestionQuestionToken) return [...outcomes(e.left), ...outcomes(e.right)];
  const last = [SyntaxKind.AmpersandAmpersandToken, SyntaxKind.BarBarToken, SyntaxKind.CommaToken];
  return last.some((k) => k === kind) ? outcomes(e.right) : [e];
}

/** null, undefined and void 0. */
function isAbsent(e: ts.Expression): boolean {
  return e.kind === SyntaxKind.NullKeyword || ts.isVoidExpression(e) || (ts.isIdentifier(e) && e.text === "undefined");
}

function isLoopCondition(e: ts.Expression): boolean {
  const { parent } = e;
  if (ts.isForStatement(parent)) return parent.condition === e;
  if (ts.isWhileStatement(parent) || ts.isDoStatement(parent)) return parent.expression === e;
  return (ts.isBinaryExpression(parent) || ts.isParenthesizedExpression(parent)) && isLoopCondition(parent);
}
