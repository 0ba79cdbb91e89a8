/** Making material for a later run: sessions to which every party contributes, and files that get their names together. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import type { MaterialWriter } from "@symbolon/preprocessing";
import { deriveKey } from "@symbolon/primitives";
import { lockstep } from "@symbolon/protocol";
import { MATERIAL, semi2k } from "@symbolon/semi2k";
import { makeMaterial } from "../engine/party/material.ts";
import { seeded } from "../primitives/testing/ot.ts";
import { Supply } from "@symbolon/vm";

const DEMAND = new Map([[MATERIAL.triple.of(), 2]]);

interface Made {
  /** By party. */
  readonly sessions: readonly string[];
  /** The first message of each party: its part of the session. */
  readonly parts: readonly string[];
  /** By party, what its writer was told and the rounds that began, in order. */
  readonly events: readonly (readonly string[])[];
}

function make(parties: number): Made {
  const memories = Array.from({ length: parties }, () => new PartyMemory());
  const sessions: string[] = [], parts: string[] = [], events = memories.map((): string[] => []);
  try {
    const protocols = lockstep(memories.map((memory, self) => ({
      memory,
      step: semi2k.setup(self, { parties }, { memory, entropy: seeded(`kept ${self}`) }),
    }))).results;
    const writers = memories.map((_, self) =>
      ({
        ...{ name: "file", bytes: 0 },
        start: (session: Uint8Array) => void (sessions[self] = session.toHex()),
        begin: (kind: string) => void events[self]!.push(kind),
        write: () => {},
        finish: () => void events[self]!.push("finish"),
        commit: () => void events[self]!.push("commit"),
      }) as unknown as MaterialWriter
    );
    let rounds = 0;
    lockstep(
      memories.map((memory, self) => ({
        memory,
        step: makeMaterial(
          protocols[self]!,
          { demand: DEMAND, supply: new Supply(protocols[self]!, DEMAND) },
          writers[self]!,
        ),
      })),
      (all) => {
        if (rounds++ === 0) {
          all.forEach(({ send }, p) => {
            const { at, bytes } = send[0]!;
            parts[p] = memories[p]!.bytes.slice(at, at + bytes).toHex();
          });
        }
        for (const of of events) of.push("round");
      },
    );
    return { sessions, parts, events };
  } finally {
    for (const memory of memories) memory.dispose();
  }
}

Deno.test("a session is the same at all parties, has a part of each, and is another in each run", () => {
  const [one, two] = [make(3), make(3)];
  for (const { sessions, parts } of [one, two]) {
    const expected = deriveKey("preprocessing/session", ...parts.map((part) => Uint8Array.fromHex(part))).toHex();
    assertEquals(sessions, [expected, expected, expected]);
  }
  assertNotEquals(one.sessions, two.sessions);
  const parts = [...one.parts, ...two.parts];
  assertEquals(new Set(parts).size, 6);
  assert(parts.every((part) => part.length === 64));
});

Deno.test("no file gets its name before everybody's is complete", () => {
  for (const events of make(2).events) {
    const last = events.slice(-3);
    assertEquals(last, ["finish", "round", "commit"]);
    assert(events.indexOf("triple") < events.indexOf("finish"));
  }
});
