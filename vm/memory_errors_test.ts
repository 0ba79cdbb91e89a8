import { assertStringIncludes, assertThrows } from "@std/assert";
import { compile, repeat, schedule, type Secret, sfix, shuffle, sint } from "@symbolon/compiler";
import { emulate } from "@symbolon/emulate";
import { PartyMemory } from "@symbolon/kernels";
import { type Backend, lockstep } from "@symbolon/protocol";
import { replicatedRing } from "@symbolon/replicated-ring";
import { semi2k } from "@symbolon/semi2k";
import { prepare } from "./prepare.ts";

/** Memory that has no room for more scratch at once than so many bytes, and for no more places than so many. */
class Small extends PartyMemory {
  constructor(readonly most: { readonly scratch: number; readonly places: number }) {
    super();
  }
  override scratch(bytes: number): number {
    return super.scratch(bytes > this.most.scratch ? 2 ** 40 : bytes);
  }
  override allocate(bytes: number): number {
    return super.allocate(bytes > this.most.places ? 2 ** 40 : bytes);
  }
}

const BACKENDS: readonly Backend[] = [emulate, replicatedRing, semi2k];

function runWith(backend: Backend, most: Small["most"], trace: () => void): void {
  const target = backend.target({});
  const { tape } = compile({ description: "", words: {}, trace });
  const segments = schedule(tape, target);
  const memories = Array.from({ length: target.parties }, () => new Small({ scratch: Infinity, places: Infinity }));
  const nothing = () => {};
  try {
    const setup = memories.map((memory, self) => ({
      memory,
      step: backend.setup(self, {}, { memory, entropy: (bytes) => void bytes.fill(self + 1) }),
    }));
    const protocols = lockstep(setup).results;
    for (const memory of memories) Object.assign(memory, { most });
    const environment = { input: () => nothing, print: nothing, metric: nothing, output: nothing };
    const steps = protocols.map((protocol) => prepare(tape, segments, protocol, environment).run());
    lockstep(steps.map((step, self) => ({ memory: memories[self]!, step })));
  } finally {
    for (const memory of memories) memory.dispose();
  }
}

function refused(backend: Backend, most: Partial<Small["most"]>, trace: () => void): string {
  const limits = { scratch: Infinity, places: Infinity, ...most };
  const { message } = assertThrows(() => runWith(backend, limits, trace), RangeError);
  assertStringIncludes(message, "memory_errors_test.ts:");
  assertStringIncludes(message, "Cannot reserve");
  return message;
}

const secret = (n: number): Secret => sfix.constant(0.5).broadcastTo([n]);

Deno.test("what has no place names the largest value, its line, shape and bytes", () => {
  for (const backend of BACKENDS) {
    const message = refused(backend, { places: 2 ** 20 }, () => {
      const x = secret(100);
      const [y] = repeat(2, [x], ([x]) => [x!.add(x!.reshape([100, 1]).mul(secret(3000)).sum(1))]);
      y!.reveal().output("y");
    });
    assertStringIncludes(message, "the values that a party holds at a time, the largest of them here with");
    assertStringIncludes(message, "of shape [100, 3000]");
  }
});

Deno.test("an operation that has no room for what it makes on its way is named with its line and shape", () => {
  for (const backend of BACKENDS.slice(1)) {
    const message = refused(backend, { scratch: 2 ** 14 }, () => {
      const x = secret(10_000);
      x.lessThan(0).sum().reveal().output("y");
    });
    assertStringIncludes(message, "of shape [10000]: Cannot reserve");
  }
  // Without rounds, and where the steps are not recorded.
  const message = refused(emulate, { scratch: 2 ** 14 }, () => {
    const x = sint.constant(Array.from({ length: 10_000 }, (_, i) => i));
    shuffle(x).reveal().output("y");
  });
  assertStringIncludes(message, "[10000]: Cannot reserve");
});

Deno.test("material that there is no room for names what takes it, though that sends nothing", () => {
  const message = refused(semi2k, { scratch: 2 ** 14 }, () => {
    sint.constant([5]).reveal().output("first");
    sint.randomBits([5000]).sum().reveal().output("heads");
  });
  assertStringIncludes(message, "of shape [5000]: Cannot reserve");
});
