/**
 * Changes of what the compiler refuses: `compiler/tape.ts`, `compiler/operations/`.
 *
 * @module
 */
import type { Mutant } from "./mutant.ts";

const FOLDER = "compiler/operations";
const SECRECY = ["compiler/secrecy_test.ts", "compiler/tape_test.ts"];

export const VERIFIER: readonly Mutant[] = [
  {
    name: "verifier: draws of random bits are alike",
    file: `${FOLDER}/steps.ts`,
    find: `    effect: true,\n    exact: false,\n    *check(_, { kind }) {`,
    replace: `    effect: false,\n    exact: false,\n    *check(_, { kind }) {`,
    tests: ["compiler/compile_test.ts"],
    filter: "random bits",
    why: "what was to be independent is the same",
  },
  {
    name: "verifier: secrets are printed",
    file: `${FOLDER}/effects.ts`,
    find: `[args.every((r) => !kindOf(r).secret), "prints a secret"]`,
    replace: `[true, "prints a secret"]`,
    tests: SECRECY,
    why: "a share is printed as if it were a value",
  },
  {
    name: "verifier: secrets are reported",
    file: `${FOLDER}/effects.ts`,
    find: `[isPublic(x) && sized(x) === 1, "reports a secret"]`,
    replace: `[sized(x) === 1, "reports a secret"]`,
    tests: SECRECY,
    why: "a share is reported as if it were a value",
  },
  {
    name: "verifier: loops end by secrets",
    file: "compiler/tape.ts",
    find: `expect(!kind.secret && kind.type !== "index" && sizeOf(shape) === 1, "ends by a secret");`,
    replace: `expect(kind.type !== "index" && sizeOf(shape) === 1, "ends by a secret");`,
    tests: SECRECY,
    why: "parties part by their shares",
  },
  {
    name: "verifier: secrets are computed with in the clear",
    file: `${FOLDER}/local.ts`,
    find: `[isPublic(x, y, out), "computes on a secret in the clear"]`,
    replace: `[true, "computes on a secret in the clear"]`,
    tests: SECRECY,
    why: "a share is taken for a public value, which may then be printed",
  },
  {
    name: "verifier: secrets stand for public operands",
    file: `${FOLDER}/local.ts`,
    find: `[secret(x, out) && isPublic(c), "mixes up secret and public operands"]`,
    replace: `[secret(x, out), "mixes up secret and public operands"]`,
    tests: SECRECY,
    why: "each party computes with its own share of what should be common",
  },
  {
    name: "verifier: products of secrets are public",
    file: `${FOLDER}/steps.ts`,
    find: `      yield [about.kind.secret, "makes a public product"];\n`,
    replace: "",
    tests: SECRECY,
    why: "shares are printed as if they were values",
  },
  {
    name: "verifier: sums of secrets are public",
    file: `${FOLDER}/local.ts`,
    find: `[secret(x, out), "sums a public register"]`,
    replace: `[secret(x), "sums a public register"]`,
    tests: SECRECY,
    why: "shares are printed as if they were values",
  },
  {
    name: "verifier: inputs are public",
    file: `${FOLDER}/steps.ts`,
    find: `[kind.secret && numbers, "makes a public input"]`,
    replace: `[numbers, "makes a public input"]`,
    tests: SECRECY,
    why: "a share of an input is printed as if it were a value",
  },
  {
    name: "verifier: parts of secrets are public",
    file: `${FOLDER}/operation.ts`,
    find: "      return x.secret === kind.secret && isWide(x)",
    replace: "      return isWide(x)",
    tests: SECRECY,
    why: "shares are printed as if they were values",
  },
  {
    name: "verifier: windows reach outside of their operands",
    file: `${FOLDER}/local.ts`,
    find: `[liesInside({ shape, offset, strides }, sized(x)), "reaches outside its operand"]`,
    replace: `[true, "reaches outside its operand"]`,
    tests: SECRECY,
    why: "what lies behind an operand, shares of something else, is read",
  },
  {
    name: "verifier: an opened value needs no opening",
    file: `${FOLDER}/steps.ts`,
    find: `[secret(x) && !kind.secret && numbers && like(x), "opens wrongly"]`,
    replace: `[like(x), "opens wrongly"]`,
    tests: SECRECY,
    why: "what is opened is taken for a share",
  },
];
