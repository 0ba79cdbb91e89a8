/**
 * Changes of what the compiler refuses: `compiler/verify.ts`.
 *
 * @module
 */
import type { Mutant } from "./mutant.ts";

const FILE = "compiler/verify.ts";
const SECRECY = ["compiler/secrecy_test.ts"];

export const VERIFIER: readonly Mutant[] = [
  {
    name: "verifier: secrets are printed",
    file: FILE,
    find: `        expect(does.args.every((r) => !this.#reg(r).kind.secret), "prints a secret");\n`,
    replace: "",
    tests: SECRECY,
    why: "a share is printed as if it were a value",
  },
  {
    name: "verifier: secrets are reported",
    file: FILE,
    find: `        expect(!secret(does.x), "reports a secret");\n`,
    replace: "",
    tests: SECRECY,
    why: "a share is reported as if it were a value",
  },
  {
    name: "verifier: loops end by secrets",
    file: FILE,
    find: `        if (does.stop !== null) expect(!secret(does.stop), "ends by a secret");\n`,
    replace: "",
    tests: SECRECY,
    why: "parties part by their shares",
  },
  {
    name: "verifier: secrets are computed with in the clear",
    file: FILE,
    find: `        expect(!secret(does.x) && !secret(does.y) && !kind!.secret, "computes on a secret in the clear");\n`,
    replace: "",
    tests: SECRECY,
    why: "a share is taken for a public value, which may then be printed",
  },
  {
    name: "verifier: secrets stand for public operands",
    file: FILE,
    find: `        expect(secret(does.x) && !secret(does.c), "mixes up secret and public operands");\n`,
    replace: "",
    tests: SECRECY,
    why: "each party computes with its own share of what should be common",
  },
  {
    name: "verifier: results of secrets are public",
    file: FILE,
    find: `    expect(!ON_SECRETS.has(does.op) || kind!.secret, "makes a public result of secrets");\n`,
    replace: "",
    tests: SECRECY,
    why: "shares are printed as if they were values",
  },
  {
    name: "verifier: inputs are public",
    file: FILE,
    find: `        expect(kind!.secret, "makes a public input");\n`,
    replace: "",
    tests: SECRECY,
    why: "a share of an input is printed as if it were a value",
  },
  {
    name: "verifier: parts of secrets are public",
    file: FILE,
    find:
      `        expect(this.#reg(does.x).kind.secret === kind!.secret, "changes secrecy");\n        break;\n      case "concat":`,
    replace: `        break;\n      case "concat":`,
    tests: SECRECY,
    why: "shares are printed as if they were values",
  },
  {
    name: "verifier: an opened value needs no opening",
    file: FILE,
    find: `expect(secret(does.x) && !kind!.secret && sameShape(shapeOf(does.x), shape), "opens wrongly");`,
    replace: `expect(sameShape(shapeOf(does.x), shape), "opens wrongly");`,
    tests: SECRECY,
    why: "what is opened is taken for a share",
  },
];
