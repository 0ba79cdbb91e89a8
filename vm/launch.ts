/**
 * Interactive instructions, prepared: each as a function that starts its step.
 *
 * @module
 */
import type { Environment } from "./environment.ts";
import { type Instruction, type Launch, operandsOf, type Reg } from "@symbolon/compiler";
import { type Call, type Share, sizeOf, type Step } from "@symbolon/protocol";
import type { Context } from "./local.ts";

/** What starts the step of an instruction. */
export function launch<S extends Share>(
  { protocol, registers }: Context<S>,
  environment: Environment,
  { does, out }: Instruction,
  call: Call,
): () => Step<void> {
  const share = (r: Reg) => registers.share(r);
  const to = out[0]!;
  switch (call.op) {
    case "input": {
      const { shape, kind } = { shape: registers.shape(to), kind: registers.kind(to) };
      const source = does.op === "input" ? does.source : "binary";
      const mine = call.owner === protocol.self || protocol.target.clear;
      const held = registers.held(to);
      return () => {
        const read = mine ? environment.input(call.owner, source, kind, sizeOf(shape)) : null;
        const feed = read && ((at: number, count: number) => registers.codec.fill(at, count, read));
        return held === undefined ? protocol.input(call, feed, share(to)) : protocol.held!.input(call, feed, held[0]!);
      };
    }
    case "open": {
      const [x] = operandsOf(does) as [Reg];
      return () => protocol.open(call, share(x), registers.elements(to));
    }
    case "verify":
      throw new Error("internal: checks are no instructions");
    default: {
      const operands = operandsOf(does).map(share);
      return () => protocol.step(call, operands, share(to));
    }
  }
}

/** What runs an interactive instruction without rounds. */
export function immediate(start: () => Step<void>, { call }: Launch): () => void {
  return () => {
    if (!start().next().done) throw new Error(`internal: ${call.op} takes more rounds than declared`);
  };
}
