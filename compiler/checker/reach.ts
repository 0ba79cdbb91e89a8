/**
 * Which code a program runs: what lies in its call of `program(…)` and whatever that names, directly or not.
 *
 * A module may hold much else, such as other programs or the server that runs them, which is no business of this one. Names are
 * followed by their symbols, parameters to the calls that give them. Where several calls or assignments may be meant, all are.
 *
 * @module
 */
import type { Sources } from "./sources.ts";
import ts from "./typescript.ts";

/** A frame of a stack. */
export interface Place {
  /** `file:` address or absolute path, decoded. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** The code that a program runs. */
export class Reach {
  readonly #own: ReadonlySet<ts.SourceFile>;
  readonly #checker: ts.TypeChecker;
  readonly #reached = new Set<ts.Node>();
  readonly #queue: ts.Node[] = [];
  readonly #followed = new Set<ts.Node | ts.Symbol>();
  readonly #calls: readonly ts.Node[];

  /** `calls`: what stood on the stack when the program was defined, the innermost first. */
  constructor({ program, own }: Pick<Sources, "program" | "own">, calls: readonly ts.Node[]) {
    this.#own = new Set(own);
    this.#checker = program.getTypeChecker();
    this.#calls = calls;
    if (calls[0] !== undefined) this.add(calls[0]);
  }

  /** Whether a node is among the code. */
  has(node: ts.Node): boolean {
    for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) if (this.#reached.has(at)) return true;
    return false;
  }

  /** Adds code, and all that it names. */
  add(node: ts.Node): void {
    this.#mark(node);
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) this.#follow(next);
  }

  #mark(node: ts.Node | undefined): void {
    if (node === undefined || !this.#own.has(node.getSourceFile()) || this.has(node)) return;
    this.#reached.add(node);
    this.#queue.push(node);
  }

  #follow(node: ts.Node): void {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) this.#name(node);
    else if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
      this.#name(node.argumentExpression);
    }
    ts.forEachChild(node, (child) => this.#follow(child));
  }

  #name(node: ts.Node): void {
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? this.#checker.getShorthandAssignmentValueSymbol(node.parent)
      : this.#checker.getSymbolAtLocation(node);
    if (symbol === undefined) return;
    this.#symbol(symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol);
  }

  #symbol(symbol: ts.Symbol): void {
    if (this.#followed.has(symbol)) return;
    this.#followed.add(symbol);
    for (const declaration of symbol.declarations ?? []) {
      if (!this.#own.has(declaration.getSourceFile())) continue;
      this.#declaration(declaration);
      if (ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration)) this.#changes(symbol);
      if (ts.isParameter(declaration) && ts.isParameterPropertyDeclaration(declaration, declaration.parent)) {
        this.#changes(symbol);
      }
    }
  }

  #declaration(declaration: ts.Node): void {
    if (ts.isParameter(declaration)) return this.#parameter(declaration.parent);
    if (ts.isBindingElement(declaration)) {
      let pattern: ts.Node = declaration;
      while (ts.isBindingElement(pattern) || ts.isBindingName(pattern)) pattern = pattern.parent;
      this.#mark(declaration.initializer);
      return this.#declaration(pattern);
    }
    if (ts.isVariableDeclaration(declaration)) {
      const loop = declaration.parent.parent;
      if (ts.isForOfStatement(loop) || ts.isForInStatement(loop)) this.#mark(loop.expression);
    }
    // A file, as a namespace, is what of it is named.
    if (!ts.isSourceFile(declaration)) this.#mark(declaration);
  }

  /** What a function is given: by the call on the stack, or by any call of it. */
  #parameter(of: ts.Node): void {
    if (this.#followed.has(of) || this.has(of)) return;
    this.#followed.add(of);
    const onStack = this.#calls.slice(1).filter((call) => this.#callee(call) === of);
    if (onStack.length > 0) return onStack.forEach((call) => this.#arguments(call));
    const { parent } = of;
    if (isCall(parent)) {
      this.#mark(parent.expression);
      return this.#arguments(parent, of);
    }
    for (const file of this.#own) visit(file, (node) => this.#callee(node) === of && this.#arguments(node));
  }

  #callee(node: ts.Node): ts.Node | undefined {
    return isCall(node) ? this.#checker.getResolvedSignature(node)?.declaration : undefined;
  }

  #arguments(call: ts.Node, except?: ts.Node): void {
    if (!isCall(call)) return;
    for (const argument of call.arguments ?? []) if (argument !== except) this.#mark(argument);
  }

  /** What is assigned to a variable or a property, and what is passed to its methods: functions put into a list or a map. */
  #changes(symbol: ts.Symbol): void {
    for (const file of this.#own) {
      visit(file, (node) => {
        if (!ts.isIdentifier(node) && !ts.isPrivateIdentifier(node)) return;
        if (node.text !== symbol.name && !symbol.name.endsWith(node.text)) return;
        if (this.#checker.getSymbolAtLocation(node) !== symbol) return;
        let target: ts.Node = node;
        if (ts.isPropertyAccessExpression(target.parent) && target.parent.name === target) target = target.parent;
        const access = target.parent;
        if (ts.isPropertyAccessExpression(access) && isCall(access.parent) && access.parent.expression === access) {
          this.#arguments(access.parent);
        }
        while (ts.isPropertyAccessExpression(target.parent) || ts.isElementAccessExpression(target.parent)) {
          target = target.parent;
        }
        const { parent } = target;
        if (ts.isBinaryExpression(parent) && parent.left === target && isAssignment(parent.operatorToken)) {
          this.#mark(parent.right);
        }
      });
    }
  }
}

/** The call that a frame of a stack stands for: the innermost one whose function is named there. Absent: the text has another. */
export function callAt({ file, line, column }: Place, sources: Pick<Sources, "own">): ts.Node | undefined {
  const source = sources.own.find(({ fileName }) => fileName === pathOf(file));
  if (source === undefined || line > source.getLineStarts().length) return undefined;
  const position = source.getLineStarts()[line - 1]! + column - 1;
  let node: ts.Node = source;
  for (let next: ts.Node | undefined = source; next !== undefined;) {
    node = next;
    next = ts.forEachChild(
      node,
      (child) => child.getStart(source) <= position && position < child.end ? child : undefined,
    );
  }
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    // An engine points at the name that is called, at `new`, or at the beginning of the call.
    if (isCall(at) && (position === at.getStart(source) || position < at.expression.end)) return at;
    if (ts.isStatement(at)) return undefined;
  }
  return undefined;
}

/** The outermost function or statement of a module in which a frame lies. */
export function blockAt({ file, line, column }: Place, { own }: Pick<Sources, "own">): ts.Node | undefined {
  const source = own.find(({ fileName }) => fileName === pathOf(file));
  if (source === undefined || line > source.getLineStarts().length) return undefined;
  const position = source.getLineStarts()[line - 1]! + column - 1;
  let innermost: ts.Node | undefined;
  visit(source, (node) => {
    if (node.getStart(source) > position || position >= node.end) return;
    if (ts.isFunctionLike(node)) innermost = node;
  });
  return innermost ?? source.statements.find((s) => s.getStart(source) <= position && position < s.end);
}

/** The path of a frame's file: stacks show addresses decoded. */
export function pathOf(file: string): string {
  return file.replace(/^file:\/\//, "").replace(/^\/(?=[A-Za-z]:\/)/, "");
}

function isCall(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  return ts.isCallExpression(node) || ts.isNewExpression(node);
}

function isAssignment({ kind }: ts.BinaryOperatorToken): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}
