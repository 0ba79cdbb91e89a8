import { assertEquals, assertMatch } from "@std/assert";
import { defaultRoundTimeout, Patience } from "./patience.ts";

/** Ticks until there is nothing to wait for; `each` happens before every one. */
function ticks(patience: Patience, each: (tick: number) => number, waits = true): [number, string] {
  for (let i = 1; i < 10_000; i++) {
    const verdict = patience.tick(waits, each(i));
    if (verdict !== null) return [i * patience.tickMs, verdict];
  }
  return [Infinity, "never"];
}

Deno.test("a silent peer is given up after the first time, whether anything is wanted of it or not", () => {
  for (const waits of [true, false]) {
    // The first tick takes the connection for a sign of life.
    assertEquals(ticks(new Patience(4000, 1e6), () => 0, waits), [4500, "silent"]);
  }
});

Deno.test("a peer that shows life is given up after the second time, if anything is wanted of it", () => {
  const alive = (patience: Patience) => () => (patience.hear(), 0);
  for (const [timeout, round] of [[4000, 12_000], [2000, 2000], [120_000, 360_000]] as const) {
    const patience = new Patience(timeout, round);
    const [ms, verdict] = ticks(patience, alive(patience));
    assertEquals([ms - patience.tickMs, verdict], [round, "stuck"]);
    const idle = new Patience(timeout, round);
    assertEquals(ticks(idle, alive(idle), false), [Infinity, "never"]);
  }
  assertEquals(defaultRoundTimeout(120_000), 360_000);
});

Deno.test("progress begins the second time anew, for ever if there is always some", () => {
  const patience = new Patience(4000, 12_000);
  assertEquals(ticks(patience, (i) => (patience.hear(), Math.floor(i / 20))), [Infinity, "never"]);
  const slow = new Patience(4000, 12_000);
  assertEquals(ticks(slow, (i) => (slow.hear(), Math.min(3, Math.floor(i / 20)))), [30_000 + 12_000, "stuck"]);
});

Deno.test("a transfer goes on as long as it moves at the least rate", () => {
  for (const [rate, verdict] of [[4096, "never"], [4000, "stuck"], [1, "stuck"]] as const) {
    const patience = new Patience(4000, 12_000);
    const move = () => {
      patience.hear();
      patience.move(rate * patience.tickMs / 1000);
      return 0;
    };
    assertEquals(ticks(patience, move)[1], verdict, `${rate} bytes a second`);
  }
});

Deno.test("what is said of a peer names the time and the option", () => {
  const patience = new Patience(3000);
  assertMatch(patience.silent("Party 1", 7), /Party 1 has been silent for 3 s in round 7.*option timeoutMs/);
  assertMatch(
    patience.stuck("Party 1", "does not end"),
    /Party 1 shows .* does not end.* for 9 s.*option roundTimeoutMs/,
  );
});
