/** Bounds of an early stop that lie between two units of a loss. @module */
import { assertEquals } from "@std/assert";
import { cfix, cint, program } from "@symbolon/compiler";
import { runUnchecked as run } from "../../engine/run/run.ts";
import { type EarlyStop, watched, watching } from "./early_stop.ts";
import type { Figures } from "./report.ts";

const UNIT = 2 ** -16;

/** Whether training stops after epochs with these losses, one after the other. */
async function stops(when: EarlyStop, losses: readonly number[]): Promise<number[]> {
  const { outputs } = await run(
    program("", {}, () => {
      let watch = watching(when);
      for (const value of losses) {
        const { next, stop } = watched(
          watch,
          { loss: cfix.constant(value), impossible: cint.constant(0) } as Figures,
          when,
        );
        stop.output("");
        watch = next;
      }
    }),
    { backend: "emulate" },
  );
  return outputs.map(({ values }) => Number(values[0]));
}

Deno.test("a loss of 0 is below the smallest bound, one unit is not; bounds mean what they say between units", async () => {
  assertEquals(await stops({ below: 1e-6 }, [2 * UNIT, UNIT, 0]), [0, 0, 1]);
  assertEquals(await stops({ below: 1.5 * UNIT }, [2 * UNIT, UNIT]), [0, 1]);
  assertEquals(await stops({ below: UNIT }, [UNIT, 0]), [0, 1]);
});

Deno.test("a loss has to fall by more than the least progress", async () => {
  const when = (minDelta: number) => ({ patience: 1, minDelta });
  assertEquals(await stops(when(0), [4 * UNIT, 3 * UNIT, 3 * UNIT]), [0, 0, 1]);
  assertEquals(await stops(when(UNIT), [4 * UNIT, 3 * UNIT]), [0, 1]);
  assertEquals(await stops(when(0.5 * UNIT), [4 * UNIT, 3 * UNIT]), [0, 0]);
  assertEquals(await stops(when(1.5 * UNIT), [4 * UNIT, 3 * UNIT, 2 * UNIT]), [0, 1, 0]);
});
