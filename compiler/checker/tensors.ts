/**
 * Which values of a program are tensors, judged by their types.
 *
 * @module
 */
import ts from "./typescript.ts";

/** How a value is known: to nobody, at run time only, or not to be told from its type. */
export type Known = "secret" | "public" | "hidden";

/** What a type says about a value. */
export interface Look {
  /** The least known of what the value may be: a secret before a public value. */
  readonly known: Known;
  /** The value may be null or undefined. */
  readonly nullable: boolean;
  /** The value may be something else, such as a number. */
  readonly mixed: boolean;
}

/** Classes of public values that exist at run time only. */
const RUN_TIME: readonly string[] = ["Public", "Regint", "RowIndices"];

type Leaf = Known | "null" | "other";

/** Recognises the library's tensors: secrets by their brand, public run-time values by their classes. */
export class Tensors {
  readonly #checker: ts.TypeChecker;
  /** The names of the brands' unique symbols: one, unless a program mixes copies of the library. */
  readonly #brands = new Set<string>();
  readonly #classes = new Map<ts.Symbol, Known>();
  readonly #names = new Set<string>();
  readonly #looks = new Map<ts.Type, Look | null>();

  constructor(program: ts.Program) {
    this.#checker = program.getTypeChecker();
    for (const file of program.getSourceFiles()) {
      if (/\/compiler\/(tensor|public)\.ts$/.test(file.fileName)) this.#learn(file);
    }
    // Without them every program would pass.
    const used = program.getSourceFiles().some(({ fileName }) => fileName.endsWith("/compiler/mod.ts"));
    if (used && (this.#brands.size === 0 || !RUN_TIME.every((name) => this.#names.has(name)))) {
      throw new TypeError(
        `The check does not find Secret with its brand and ${RUN_TIME.join(", ")} in compiler/`,
      );
    }
  }

  /** What a tensor, or what may hide one, is; null for anything else. */
  look(type: ts.Type): Look | null {
    const known = this.#looks.get(type);
    if (known !== undefined) return known;
    const leaves = new Set(this.#leaves(type));
    const first = (["secret", "public", "hidden"] as const).find((leaf) => leaves.has(leaf));
    const look = first === undefined
      ? null
      : { known: first, nullable: leaves.has("null"), mixed: leaves.has("other") || leaves.has("hidden") };
    this.#looks.set(type, look);
    return look;
  }

  /** The first of the methods that values of this type have. */
  method(type: ts.Type, names: readonly string[]): string | undefined {
    const all = this.#checker.getNonNullableType(type);
    const tensors = (all.isUnion() ? all.types : [all]).filter((part) => this.look(part) !== null);
    return names.find((name) => tensors.every((part) => this.#checker.getPropertyOfType(part, name) !== undefined));
  }

  #learn(file: ts.SourceFile): void {
    const module = this.#checker.getSymbolAtLocation(file);
    if (module === undefined) return;
    for (const symbol of this.#checker.getExportsOfModule(module)) {
      if (symbol.name === "Secret") this.#learnSecret(symbol);
      if (!RUN_TIME.includes(symbol.name)) continue;
      this.#classes.set(symbol, "public");
      this.#names.add(symbol.name);
    }
  }

  #learnSecret(symbol: ts.Symbol): void {
    const type = this.#checker.getDeclaredTypeOfSymbol(symbol);
    for (const property of this.#checker.getPropertiesOfType(type)) {
      const declared = property.valueDeclaration;
      if (declared === undefined || !ts.isPropertyDeclaration(declared)) continue;
      const { name } = declared;
      if (ts.isComputedPropertyName(name) && name.expression.getText() === "secret") this.#brands.add(property.name);
    }
    if (this.#brands.size === 0) {
      throw new TypeError("The check does not find the brand of Secret in compiler/tensor.ts");
    }
    if (!type.isClassOrInterface()) return;
    for (const base of this.#checker.getBaseTypes(type)) {
      if (base.symbol !== undefined) this.#classes.set(base.symbol, "secret");
    }
  }

  #leaves(type: ts.Type): readonly Leaf[] {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) return ["hidden"];
    if (flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return ["null"];
    if (flags & ts.TypeFlags.Never) return [];
    if (type.isUnion()) return type.types.flatMap((part) => this.#leaves(part));
    if (type.isIntersection()) return this.#strictest(type);
    if (flags & ts.TypeFlags.InstantiableNonPrimitive) {
      const constraint = this.#checker.getBaseConstraintOfType(type);
      return constraint === undefined || constraint === type ? ["hidden"] : this.#leaves(constraint);
    }
    return flags & ts.TypeFlags.Object ? [this.#object(type)] : ["other"];
  }

  /** Of an intersection, what its most telling part says. */
  #strictest(type: ts.IntersectionType): readonly Leaf[] {
    const parts = type.types.flatMap((part) => this.#leaves(part));
    const order: readonly Leaf[] = ["secret", "public", "other", "hidden"];
    return order.filter((leaf) => parts.includes(leaf)).slice(0, 1);
  }

  #object(type: ts.Type): Leaf {
    for (const brand of this.#brands) if (type.getProperty(brand) !== undefined) return "secret";
    const known = type.symbol === undefined ? undefined : this.#classes.get(type.symbol);
    if (known !== undefined) return known;
    if (type.isClassOrInterface()) {
      const bases = this.#checker.getBaseTypes(type).map((base) => this.#object(base));
      return bases.find((leaf) => leaf === "public" || leaf === "secret") ?? "other";
    }
    const empty = type.getProperties().length === 0 && type.getCallSignatures().length === 0 &&
      type.getConstructSignatures().length === 0 && this.#checker.getIndexInfosOfType(type).length === 0;
    return empty ? "hidden" : "other";
  }
}
