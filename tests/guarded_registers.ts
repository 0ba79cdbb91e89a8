/**
 * Runs programs with free bytes behind every register: what is written or read there is outside of an operation's operands.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { checkTarget, compile, type Program, schedule } from "@symbolon/compiler";
import { PartyMemory } from "@symbolon/kernels";
import { systemEntropy } from "@symbolon/primitives";
import type { Backend, BackendOptions } from "@symbolon/protocol";
import { runInline } from "@symbolon/transport";
import { type Place, prepare } from "@symbolon/vm";
import type { PartyEvent } from "../engine/party/job.ts";
import { environmentOf } from "../engine/party/party.ts";

/** Free bytes behind each register. */
const SPACING = 64;

/** How a run is guarded. */
export interface Guarded extends BackendOptions {
  readonly backend: Backend;
  /** What all registers and the bytes between them hold before the run. */
  readonly poison: number;
}

/**
 * What the program gives out, in order.
 *
 * @throws {AssertionError} if a byte between the registers has changed
 */
export function runGuarded(program: Program, { backend, poison, ...options }: Guarded): (number | bigint)[][] {
  const { tape, brought } = compile(program, { args: ["nearest"] });
  const target = backend.target(options);
  checkTarget(tape, target);
  const segments = schedule(tape, target);
  const outputs: (number | bigint)[][] = [];
  const hear = (self: number) => (event: PartyEvent) => {
    if (self === 0 && event.type === "output") outputs.push([...event.value.values]);
  };
  const memories = Array.from({ length: target.parties }, () => new PartyMemory());
  const { results: protocols } = runInline(
    memories.map((memory, self) => ({
      memory,
      step: backend.setup(self, options, { memory, entropy: systemEntropy }),
    })),
  );
  const prepared = protocols.map((protocol, self) =>
    prepare(tape, segments, protocol, {
      ...environmentOf({ inputs: [], brought }, hear(self)),
      spacing: SPACING,
    })
  );
  runInline(memories.map((memory, self) => ({ memory, step: prepared[self]!.preprocess() })));
  prepared.forEach(({ area: { at, bytes } }, self) => memories[self]!.bytes.fill(poison, at, at + bytes));
  runInline(memories.map((memory, self) => ({ memory, step: prepared[self]!.run() })));
  prepared.forEach(({ area, places }, self) => {
    for (const { at, bytes } of between(area, places)) {
      const changed = memories[self]!.bytes.subarray(at, at + bytes).findIndex((byte) => byte !== poison);
      assertEquals(changed, -1, `party ${self} wrote ${changed} bytes behind a register`);
    }
  });
  for (const memory of memories) memory.dispose();
  return outputs;
}

/** What no register covers. */
function between({ at, bytes }: Place, places: readonly Place[]): Place[] {
  const free: Place[] = [];
  let end = at;
  for (const place of [...places].sort((a, b) => a.at - b.at)) {
    if (place.at > end) free.push({ at: end, bytes: place.at - end });
    end = Math.max(end, place.at + place.bytes);
  }
  if (end < at + bytes) free.push({ at: end, bytes: at + bytes - end });
  return free;
}
