import { assert, assertEquals, assertThrows } from "@std/assert";
import { DesyncError } from "@symbolon/protocol";
import fc from "fast-check";
import { Credit, Granted, MESSAGE_COST, windowBytes } from "./credit.ts";
import { PART_BYTES } from "./framing.ts";

Deno.test("what a party keeps for all its peers is bounded, and one peer's part is never too small to go on", () => {
  for (let parties = 2; parties <= 16; parties++) {
    const window = windowBytes(parties);
    assert(window * (parties - 1) <= 1 << 27, `${parties} parties`);
    assert(window <= 1 << 25);
    // Of what has been used up less than a quarter is not yet granted again, so there is always credit for a part.
    assert(0.75 * window >= PART_BYTES + MESSAGE_COST);
  }
});

Deno.test("an honest sender never goes beyond its window and never waits for a grant that does not come", () => {
  const window = windowBytes(3);
  const parts = fc.array(fc.integer({ min: 1, max: PART_BYTES + MESSAGE_COST }), { maxLength: 300 });
  fc.assert(fc.property(parts, fc.infiniteStream(fc.boolean()), (parts, turns) => {
    const [granted, credit] = [new Granted(window), new Credit(window)];
    credit.add(granted.open());
    const under: number[] = [];
    const use = () => {
      const grant = granted.use(under.shift()!);
      if (grant > 0) credit.add(grant);
    };
    for (const part of parts) {
      // The receiver uses some now and then, and all before the sender has to wait.
      while (under.length > 0 && turns.next().value) use();
      while (!credit.take(part)) {
        assert(under.length > 0, "the sender waits though everything has been used up");
        use();
      }
      granted.arrive(part);
      under.push(part);
    }
  }));
});

Deno.test("a byte more than was granted is refused, and so is the first before anything was", () => {
  const granted = new Granted(1000);
  assertThrows(() => granted.arrive(1), DesyncError, "before the parties have agreed");
  assertEquals(granted.open(), 1000);
  granted.arrive(1000);
  assertEquals(granted.use(249), 0);
  assertThrows(() => granted.arrive(1), DesyncError, "more than it may: 1000 bytes");
});

Deno.test("grants beyond a window or too small to be honest are refused", () => {
  const credit = new Credit(1000);
  credit.add(1000);
  assertThrows(() => credit.add(250), DesyncError, "grants 250 bytes of a window of 1000");
  const other = new Credit(1000);
  assertThrows(() => other.add(249), DesyncError, "grants 249 bytes");
  assertEquals(new Credit(1000).take(1), false);
});
