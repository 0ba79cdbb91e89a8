/**
 * Changes of what the compiler refuses: `compiler/verify.ts`, `compiler/verify_operations.ts`.
 *
 * @module
 */
import type { Mutant } from "./mutant.ts";

const FILE = "compiler/verify_operations.ts";
const SECRECY = ["compiler/secrecy_test.ts", "compiler/verify_test.ts"];

export const VERIFIER: readonly Mutant[] = [
  {
    name: "verifier: secrets are printed",
    file: FILE,
    find: `[does.args.every((r) => !kindOf(r).secret), "prints a secret"]`,
    replace: `[true, "prints a secret"]`,
    tests: SECRECY,
    why: "a share is printed as if it were a value",
  },
  {
    name: "verifier: secrets are reported",
    file: FILE,
    find: `[isPublic(does.x) && sized(does.x) === 1, "reports a secret"]`,
    replace: `[sized(does.x) === 1, "reports a secret"]`,
    tests: SECRECY,
    why: "a share is reported as if it were a value",
  },
  {
    name: "verifier: loops end by secrets",
    file: "compiler/verify.ts",
    find: `expect(!kind.secret && kind.type !== "index" && sizeOf(shape) === 1, "ends by a secret");`,
    replace: `expect(kind.type !== "index" && sizeOf(shape) === 1, "ends by a secret");`,
    tests: SECRECY,
    why: "parties part by their shares",
  },
  {
    name: "verifier: secrets are computed with in the clear",
    file: FILE,
    find: `[isPublic(does.x, does.y, out[0]!), "computes on a secret in the clear"]`,
    replace: `[true, "computes on a secret in the clear"]`,
    tests: SECRECY,
    why: "a share is taken for a public value, which may then be printed",
  },
  {
    name: "verifier: secrets stand for public operands",
    file: FILE,
    find: `[secret(does.x, out[0]!) && isPublic(does.c), "mixes up secret and public operands"]`,
    replace: `[secret(does.x, out[0]!), "mixes up secret and public operands"]`,
    tests: SECRECY,
    why: "each party computes with its own share of what should be common",
  },
  {
    name: "verifier: products of secrets are public",
    file: FILE,
    find: `      yield [kind.secret, "makes a public product"];\n`,
    replace: "",
    tests: SECRECY,
    why: "shares are printed as if they were values",
  },
  {
    name: "verifier: sums of secrets are public",
    file: FILE,
    find: `[secret(does.x, out[0]!), "sums a public register"]`,
    replace: `[secret(does.x), "sums a public register"]`,
    tests: SECRECY,
    why: "shares are printed as if they were values",
  },
  {
    name: "verifier: inputs are public",
    file: FILE,
    find: `[kind.secret && numbers, "makes a public input"]`,
    replace: `[numbers, "makes a public input"]`,
    tests: SECRECY,
    why: "a share of an input is printed as if it were a value",
  },
  {
    name: "verifier: parts of secrets are public",
    file: FILE,
    find: "  return x.secret === y.secret && isWide(x)",
    replace: "  return isWide(x)",
    tests: SECRECY,
    why: "shares are printed as if they were values",
  },
  {
    name: "verifier: windows reach outside of their operands",
    file: FILE,
    find: `[liesInside({ ...does, shape }, sized(does.x)), "reaches outside its operand"]`,
    replace: `[true, "reaches outside its operand"]`,
    tests: SECRECY,
    why: "what lies behind an operand, shares of something else, is read",
  },
  {
    name: "verifier: an opened value needs no opening",
    file: FILE,
    find: `[secret(does.x) && !kind.secret && numbers && like(does.x), "opens wrongly"]`,
    replace: `[like(does.x), "opens wrongly"]`,
    tests: SECRECY,
    why: "what is opened is taken for a share",
  },
];
