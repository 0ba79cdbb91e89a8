/**
 * docs/complexity.md as text: tables of what things cost, a section for each backend.
 *
 * @module
 */
import type { Target } from "@symbolon/protocol";
import { functionRows, operationRows, type Row, tensorRows, unitOf } from "./complexity_rows.ts";
import { type Figures, RING_TARGETS, type TargetRow } from "./complexity_targets.ts";
import { layerRows, lossRows, type PassCost, regressionRows, ruleRows } from "./complexity_training.ts";

const HEAD = `# What operations, functions and training cost

Written by \`deno task complexity\` from what the backends declare; declared and measured costs are the same, which the tests check.
Comments in the code refer to this page.

**Rounds** are for a whole tensor, however long. **Bytes** are what all parties send together for one element more of a long one,
with 16 fraction bits of 31 and probabilistic rounding unless the row says otherwise. Independent operations share their rounds.
Preprocessing, of which \`ring\` has none, comes on top: \`deno task compile\` predicts that of a program. Where there are such figures, MP-SPDZ's for its three-party replicated ring and
the project's target stand beside; **missed** marks what does not meet its target.
MP-SPDZ's rounds of softmax are for each row, the others for all rows together.

Tables for each backend: operations, functions, tensors, layers, losses, optimizers, regressions.

- [Backend ring](#backend-ring-3-parties)
- [Backend semi2k](#backend-semi2k-2-parties)
- [Backend mascot](#backend-mascot-2-parties)

How to read the tables of training:

- **Layers.** Forward bytes are for a value of the output, backward bytes for a value of the input. What is sent once a batch, however
  many samples it has, is given for a weight (of BatchNorm: for a channel). Backward begins with the gradient by the output: what can be
  computed before takes none of its rounds. Inference differs from training where a row says so. Sequences cost the sum of their parts,
  branches (Add, Concat) the longest of their rounds and the sum of their bytes.
- **Losses.** Bytes are for a score. Loss and right rows cost only where a program uses them, such as to print them.
- **Optimizers.** A step, bytes for a weight, from gradients over 128 rows unless the row says otherwise. More weights than Adam's
  \`atOnce\` take so many times the rounds as there are portions.
- **Regressions.** A whole step on 128 rows of 30 features, and all its bytes.
- On semi2k matrix products hide their operands, once however many elements each is used for: bytes of a product depend on the shapes, which
  the rows name. Short vectors may take fewer rounds and more bytes there.
- On mascot, too, bytes of a product depend on the shapes. Rows are shuffled by networks of swaps: rounds grow with the logarithm of their
  number, and the figures are for 4,097 to 8,192 rows. An opening checks all that was opened before.
`;

/** The page. */
export function pageOf(targets: readonly Target[]): string {
  return [HEAD, ...targets.map((target) => section(target, target.name === "ring" ? RING_TARGETS : []))].join("\n");
}

function section(target: Target, targets: readonly TargetRow[]): string {
  return `## Backend ${target.name}, ${target.parties} parties

### Operations

${operations(operationRows(target), targets)}

### Functions

${operations(functionRows(target), targets)}

### Tensors

${operations(tensorRows(target), [])}

### Layers

${layerTable(target)}

### Losses

${
    table(
      ["", "gradient: rounds", "bytes", "loss, right rows too: rounds", "bytes"],
      lossRows(target).map(({ name, gradient, all }) => [
        name,
        ...[gradient, all].flatMap(({ rounds, bytes: b }) => [String(rounds), bytes(b)]),
      ]),
    )
  }

### Optimizers

${table(["", "rounds", "bytes"], ruleRows(target).map((r) => [r.name, String(r.rounds), bytes(r.bytes)]))}

### Regressions

${table(["", "rounds", "bytes"], regressionRows(target).map((r) => [r.name, String(r.rounds), bytes(r.bytes)]))}
`;
}

function layerTable(target: Target): string {
  const pass = (cost: PassCost | null) =>
    cost === null ? ["", "", ""] : [
      String(cost.rounds),
      bytes(cost.value),
      cost.weight === null ? "" : bytes(cost.weight),
    ];
  return table(
    ["", "forward: rounds", "bytes", "a weight", "backward: rounds", "bytes", "a weight"],
    layerRows(target).map(({ name, forward, backward }) => [name, ...pass(forward), ...pass(backward)]),
  );
}

/** Rounds and bytes, beside targets where there are some. */
function operations(rows: readonly Row[], targets: readonly TargetRow[]): string {
  const targetOf = (name: string) => targets.find(({ rows }) => rows.includes(name));
  const line = (found: Row) => {
    const name = `${found.name}${unitOf(found.name) === "an element" ? "" : `, ${unitOf(found.name)}`}`;
    if ("unknown" in found) throw new Error(`${name}: ${found.unknown}`);
    const wanted = targetOf(found.name);
    const known = wanted === undefined ? ["", "", ""] : [
      figures(wanted.reference),
      figures(wanted.target),
      missed(found, wanted.target) ? "**missed**" : "met",
    ];
    return [name, String(found.rounds), bytes(found.bytes), ...(targets.length === 0 ? [] : known)];
  };
  const beside = targets.length === 0 ? [] : ["MP-SPDZ B / rounds", "target B / rounds", ""];
  return table(["", "rounds", "bytes", ...beside], rows.map(line));
}

/** The first column and one without a head hold words, the others numbers. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((title) => title === "" ? "-" : "-:");
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Whether a figure exceeds its target. */
function missed(found: Figures, target: Figures): boolean {
  return found.rounds > target.rounds || (target.bytes !== null && found.bytes! > target.bytes);
}

function figures({ bytes: b, rounds }: Figures): string {
  return `${bytes(b)} / ${rounds}`;
}

function bytes(b: number | null): string {
  if (b !== null && b > 0 && b < 0.001) return "< 0.001";
  return b === null ? "–" : Number(b.toFixed(3)).toLocaleString("en", { maximumFractionDigits: 3 });
}
