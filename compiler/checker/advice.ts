/**
 * Which method of a tensor stands for which operator.
 *
 * @module
 */
import { quote } from "./finding.ts";
import type { Tensors } from "./tensors.ts";
import ts from "./typescript.ts";

/** Operators on values, with the methods that do the same, and those that do it with the operands exchanged. */
const METHODS: Readonly<Record<string, readonly [same: readonly string[], exchanged: readonly string[]]>> = {
  "+": [["add"], ["add"]],
  "-": [["sub"], []],
  "*": [["mul"], ["mul"]],
  "/": [["div", "divide"], []],
  "%": [["mod"], []],
  "**": [["pow"], []],
  "&": [["and"], ["and"]],
  "|": [["or"], ["or"]],
  "^": [["xor"], ["xor"]],
  "<": [["lessThan"], ["greaterThan"]],
  ">": [["greaterThan"], ["lessThan"]],
  "<=": [["lessEqual"], ["greaterEqual"]],
  ">=": [["greaterEqual"], ["lessEqual"]],
  "==": [["equal", "equals"], ["equal", "equals"]],
  "!=": [["notEqual", "notEquals"], ["notEqual", "notEquals"]],
};

const LIMIT = 32;

/** What to write in place of `left operator right`, where one of them is a tensor. */
export function adviceFor(
  { left, right, operatorToken }: ts.BinaryExpression,
  tensors: Tensors,
  typeOf: (e: ts.Expression) => ts.Type,
): string {
  const operator = operatorToken.getText();
  const assigned = /^([^=<>!]+)=$/.exec(operator)?.[1];
  const plain = assigned ?? operator.replace(/^(==|!=)=$/, "$1");
  const [same, exchanged] = METHODS[plain] ?? [[], []];
  const onLeft = tensors.look(typeOf(left));
  const [tensor, other, names] = onLeft !== null && onLeft.known !== "hidden"
    ? [left, right, same]
    : [right, left, exchanged];
  const method = tensors.method(typeOf(tensor), names);
  const result = assigned === undefined ? "" : `${quote(left, LIMIT)} = `;
  if (method !== undefined) return `use ${result}${call(tensor, method, quote(other, LIMIT))}`;
  if (plain === "-" && tensors.method(typeOf(tensor), ["neg"])) {
    return `use ${result}${call(tensor, "neg")}.add(${quote(other, LIMIT)})`;
  }
  if (plain === "==" || plain === "!=") return `use ${tensors.method(typeOf(tensor), ["lessThan"]) ?? "methods"}()`;
  return "use a tensor's methods (add, mul, lessThan, …): operators see no value";
}

/** What to write in place of a unary operator on a tensor. */
export function unaryAdvice(operator: string, operand: ts.Expression, tensors: Tensors, type: ts.Type): string {
  const known = { "-": "neg", "++": "add", "--": "sub", "!": "not" }[operator];
  if (known !== undefined && tensors.method(type, [known])) {
    const changed = known === "add" || known === "sub";
    return `use ${changed ? `${quote(operand, LIMIT)} = ` : ""}${call(operand, known, changed ? "1" : "")}`;
  }
  if (operator === "!" && tensors.method(type, ["neg"])) return `use ${call(operand, "neg")}.add(1)`;
  return "use a tensor's methods (add, mul, lessThan, …): operators see no value";
}

/** A method's call in text; long or compound receivers are left out or put in parentheses. */
export function call(receiver: ts.Expression, method: string, args = ""): string {
  const text = quote(receiver, LIMIT);
  const simple = ts.isIdentifier(receiver) || ts.isPropertyAccessExpression(receiver) ||
    ts.isElementAccessExpression(receiver) || ts.isCallExpression(receiver) || ts.isParenthesizedExpression(receiver);
  return simple ? `${text}.${method}(${args})` : `(${text}).${method}(${args})`;
}
