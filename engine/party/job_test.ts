/** Progress is told now and then, whatever rounds take. @module */
import { assertEquals, assertLess } from "@std/assert";
import { Progress } from "./job.ts";

/** Runs with a clock that stands still unless it is moved. */
function withClock(body: (pass: (ms: number) => void) => void): void {
  const { now } = performance;
  let time = 0;
  performance.now = () => time;
  try {
    body((ms) => time += ms);
  } finally {
    performance.now = now;
  }
}

Deno.test("slow rounds are told of one by one, quick ones every tenth of a second", () =>
  withClock((pass) => {
    let told = 0;
    const progress = new Progress(() => told++);
    for (let i = 0; i < 10; i++) {
      pass(150);
      progress.tick();
    }
    assertEquals(told, 10);
    for (let i = 0; i < 100_000; i++) {
      pass(0.01);
      progress.tick();
    }
    assertEquals(told, 19);
  }));

Deno.test("slow rounds after many quick ones are told of soon", () =>
  withClock((pass) => {
    let told = 0;
    const progress = new Progress(() => told++);
    for (let i = 0; i < 100_000; i++) progress.tick();
    let rounds = 0;
    for (; told === 0; rounds++) {
      pass(1000);
      progress.tick();
    }
    assertLess(rounds, 20);
  }));
