/**
 * Changes of what leaves a program and when: `vm/` and the parties' memory.
 *
 * @module
 */
import type { Mutant } from "./mutant.ts";

const RELEASE = ["vm/release_test.ts"];

export const RELEASES: readonly Mutant[] = [
  {
    name: "release: a print before the check",
    file: "vm/effects.ts",
    find: "        yield* protocol.verify();\n        if (holds(does.when)) environment.print(line());\n",
    replace: "        if (holds(does.when)) environment.print(line());\n        yield* protocol.verify();\n",
    tests: RELEASE,
    filter: "a print",
    why: "a value that was forged is told",
  },
  {
    name: "release: a print without a check",
    file: "vm/effects.ts",
    find: "        yield* protocol.verify();\n        if (holds(does.when)) environment.print(line());\n",
    replace: "        if (holds(does.when)) environment.print(line());\n",
    tests: RELEASE,
    filter: "a print",
    why: "a value that was forged is told",
  },
  {
    name: "release: a metric without a check",
    file: "vm/effects.ts",
    find: "        yield* protocol.verify();\n        if (holds(does.when)) environment.metric(",
    replace: "        if (holds(does.when)) environment.metric(",
    tests: RELEASE,
    filter: "a metric",
    why: "a value that was forged is told",
  },
  {
    name: "release: a public output without a check",
    file: "vm/effects.ts",
    find: "          yield* protocol.verify();\n          give(known);\n",
    replace: "          give(known);\n",
    tests: RELEASE,
    filter: "an output of",
    why: "a value that was forged is told",
  },
  {
    name: "release: an output is opened without a check",
    file: "vm/effects.ts",
    find: "        yield* protocol.verify();\n        yield* protocol.open(call, x, out);\n",
    replace: "        yield* protocol.open(call, x, out);\n",
    tests: RELEASE,
    filter: "an output is opened after a check",
    why: "an output of forged values is opened, which may tell secrets",
  },
  {
    name: "release: an opened output is given without a check",
    file: "vm/effects.ts",
    find: "        yield* protocol.verify();\n        if (out !== null) give(out);\n",
    replace: "        if (out !== null) give(out);\n",
    tests: RELEASE,
    filter: "an output is opened after a check",
    why: "a value that was forged is told",
  },
  {
    name: "release: a loop goes on without a check",
    file: "vm/execute.ts",
    find: `      if (loop.stop !== null) items.push({ kind: "step", start: () => context.protocol.verify() });\n`,
    replace: "",
    tests: RELEASE,
    filter: "whether a loop goes on",
    why: "traffic follows a value that was forged",
  },
  {
    name: "release: all parties are given an output",
    file: "vm/effects.ts",
    find: `      const learns = does.to === "all" || does.to === protocol.self || protocol.target.clear;`,
    replace: `      const learns = does.to !== undefined;`,
    tests: RELEASE,
    filter: "ring: what one party is to learn",
    why: "a party reads memory that it was sent nothing for",
  },
  {
    name: "release: a party's memory is given back as it is",
    file: "kernels/party_memory.ts",
    find: "      clear(chunk.at, chunk.bytes);\n      free.push(chunk);\n",
    replace: "      free.push(chunk);\n",
    tests: ["kernels/party_memory_test.ts"],
    filter: "dispose() overwrites",
    why: "shares and keys stay in memory after a run",
  },
  {
    name: "release: a party's thread keeps its memory",
    file: "party_thread.ts",
    find: "    memory.dispose();\n",
    replace: "",
    tests: ["tests/wiped_test.ts"],
    filter: "a party's thread leaves nothing",
    why: "shares and keys stay in the memory of the process after a run",
  },
  {
    name: "release: parties of one thread keep their memory",
    file: "inline_run.ts",
    find: "    for (const { memory } of parties) memory.dispose();\n",
    replace: "",
    tests: ["tests/wiped_test.ts"],
    filter: "parties of one thread",
    why: "shares and keys stay in the memory of the process after a run",
  },
  {
    name: "release: operands of products may be of any size",
    file: "protocol/operands.ts",
    find: `  for (let i = 0; i < wanted.length; i++) checkSize(call.op, operands[i]!, wanted[i]!);\n`,
    replace: "",
    tests: ["backends/replicated-ring/contract_test.ts"],
    filter: "operands of other sizes",
    why: "what lies behind an operand enters a result",
  },
];
