/**
 * What a source file imports and which effects it uses, read off its syntax tree.
 *
 * @module
 */
import ts from "typescript";
import type { Effect } from "./layer_table.ts";

/** One import, export-from, `import()` or `import("…")` type; type-only ones too. */
export interface Reference {
  readonly line: number;
  readonly specifier: string;
  /** Names taken, as the other module calls them; "*" for all. */
  readonly names: readonly string[];
}

/** One use of an effect. */
export interface Use {
  readonly line: number;
  readonly effect: Effect;
  /** What is used, as the message names it. */
  readonly what: string;
}

/** All that the rules need to know of a file. */
export interface Scan {
  readonly references: readonly Reference[];
  readonly uses: readonly Use[];
}

const PROMISES = new Set(["Promise", "PromiseLike"]);
const WORKERS = new Set(["Worker", "SharedWorker"]);
const GLOBALS = new Set(["globalThis", "self", "window"]);
const ENTROPY = new Set(["getRandomValues", "randomBytes", "randomFill", "randomFillSync", "randomUUID"]);
/** Names that are common elsewhere: they count only when taken from a module or an object called crypto. */
const ENTROPY_OF_CRYPTO = new Set([...ENTROPY, "randomInt", "webcrypto"]);

/** Scans one file. */
export function scan(path: string, text: string): Scan {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const references: Reference[] = [];
  const uses: Use[] = [];
  const lineOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const refer = (node: ts.Node, specifier: ts.Node | undefined, names: readonly string[]) => {
    if (specifier === undefined) return;
    if (ts.isStringLiteralLike(specifier)) {
      references.push({ line: lineOf(node), specifier: specifier.text, names });
      if (specifier.text.endsWith(".wasm")) uses.push({ line: lineOf(node), effect: "kernel", what: "a bare kernel" });
    } else uses.push({ line: lineOf(node), effect: "computedImport", what: "an import with a computed address" });
  };
  const use = (node: ts.Node, effect: Effect, what: string) => uses.push({ line: lineOf(node), effect, what });

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) refer(node, node.moduleSpecifier, importedNames(node.importClause));
    else if (ts.isExportDeclaration(node)) refer(node, node.moduleSpecifier, exportedNames(node.exportClause));
    else if (ts.isImportTypeNode(node)) {
      const { argument, qualifier } = node;
      refer(node, ts.isLiteralTypeNode(argument) ? argument.literal : argument, [firstName(qualifier) ?? "*"]);
    } else if (ts.isExternalModuleReference(node)) refer(node, node.expression, ["*"]);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      refer(node, node.arguments[0], namesOfDynamicImport(node));
    } else if (isAsync(node)) {
      use(node, "async", ts.isAwaitExpression(node) ? "await" : node.getText(source).slice(0, 5));
    } else if (isName(node) && PROMISES.has(node.text)) use(node, "async", node.text);
    else if (isName(node) && node.text === "Deno") use(node, "deno", "Deno");
    else if (ts.isNewExpression(node) && WORKERS.has(lastName(node.expression))) {
      use(node, "worker", `new ${lastName(node.expression)}`);
    } else if (isMathRandom(node)) use(node, "mathRandom", "Math.random");
    else {
      const name = entropyName(node);
      if (name !== null) use(node, "entropy", name);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const { fileName, pos } of [...source.referencedFiles]) {
    references.push({ line: source.getLineAndCharacterOfPosition(pos).line + 1, specifier: fileName, names: ["*"] });
  }
  return { references, uses };
}

function importedNames(clause: ts.ImportClause | undefined): string[] {
  if (clause === undefined) return [];
  const names = clause.name === undefined ? [] : ["default"];
  const bindings = clause.namedBindings;
  if (bindings === undefined) return names;
  return ts.isNamespaceImport(bindings) ? [...names, "*"] : [...names, ...bindings.elements.map(nameTaken)];
}

function exportedNames(clause: ts.NamedExportBindings | undefined): string[] {
  return clause !== undefined && ts.isNamedExports(clause) ? clause.elements.map(nameTaken) : ["*"];
}

function nameTaken({ propertyName, name }: ts.ImportSpecifier | ts.ExportSpecifier): string {
  return (propertyName ?? name).text;
}

/** The names in `const { a } = await import("…")`. */
function namesOfDynamicImport(call: ts.CallExpression): string[] {
  const awaited = call.parent;
  const declaration = awaited.parent;
  if (!ts.isAwaitExpression(awaited) || !ts.isVariableDeclaration(declaration)) return ["*"];
  if (!ts.isObjectBindingPattern(declaration.name)) return ["*"];
  return declaration.name.elements.map((e) => e.dotDotDotToken ? "*" : (e.propertyName ?? e.name).getText());
}

function firstName(name: ts.EntityName | undefined): string | undefined {
  return name === undefined || ts.isIdentifier(name) ? name?.text : firstName(name.left);
}

/** `c` of `a.b.c`, `a.b["c"]` or `c`. */
function lastName(node: ts.Node): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return node.argumentExpression.text;
  }
  return "";
}

function isAsync(node: ts.Node): boolean {
  return ts.isAwaitExpression(node) || node.kind === ts.SyntaxKind.AsyncKeyword ||
    node.kind === ts.SyntaxKind.AwaitKeyword ||
    (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing);
}

/** An identifier that stands for a variable or a type, not for a property; or a property of the global object. */
function isName(node: ts.Node): node is ts.Identifier | ts.StringLiteralLike {
  const { parent } = node;
  if (ts.isStringLiteralLike(node)) {
    return ts.isElementAccessExpression(parent) && GLOBALS.has(lastName(parent.expression));
  }
  if (!ts.isIdentifier(node)) return false;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return GLOBALS.has(lastName(parent.expression));
  if (ts.isBindingElement(parent) && parent.propertyName === node) return true;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isBindingElement(parent)) return GLOBALS.has(lastName(initializerOf(parent) ?? parent));
  if (ts.isQualifiedName(parent) && parent.right === node) return false;
  return (parent as ts.NamedDeclaration).name !== node;
}

/** What a destructuring pattern takes its parts from. */
function initializerOf(element: ts.BindingElement): ts.Expression | undefined {
  const declaration = element.parent.parent;
  return ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
}

function isMathRandom(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    return lastName(node) === "random" && lastName(node.expression) === "Math";
  }
  return ts.isBindingElement(node) && (node.propertyName ?? node.name).getText() === "random" &&
    lastName(initializerOf(node) ?? node) === "Math";
}

/** The name of a source of system randomness that a node reaches for, or null. */
function entropyName(node: ts.Node): string | null {
  let name: string;
  let fromCrypto = false;
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    name = lastName(node);
    fromCrypto = /crypto$/i.test(lastName(node.expression));
  } else if (ts.isBindingElement(node)) {
    name = (node.propertyName ?? node.name).getText();
    fromCrypto = /crypto$/i.test(lastName(initializerOf(node) ?? node));
  } else if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) {
    name = nameTaken(node);
    const { moduleSpecifier } = ts.isImportSpecifier(node) ? node.parent.parent.parent : node.parent.parent;
    fromCrypto = moduleSpecifier?.getText().includes("crypto") ?? false;
  } else return null;
  return (fromCrypto ? ENTROPY_OF_CRYPTO : ENTROPY).has(name) ? name : null;
}
