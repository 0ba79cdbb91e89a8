import { assertEquals } from "@std/assert";
import type { Socket } from "node:net";
import { Callers, Refusals } from "./callers.ts";
import type { Link } from "./link.ts";

/** A connection as far as callers look at it. */
function socket(host: string, port: number, bytesRead = 0) {
  const listeners: (() => void)[] = [];
  const fake = {
    remoteAddress: host,
    remotePort: port,
    bytesRead,
    destroyed: false,
    on: () => fake,
    once: (_: string, listener: () => void) => listeners.push(listener),
    destroy: () => {
      fake.destroyed = true;
      listeners.forEach((listener) => listener());
    },
  };
  return fake;
}

const asSocket = (fake: ReturnType<typeof socket>) => fake as unknown as Socket;

function link(where: string) {
  const fake = { where, destroyed: false, destroy: () => fake.destroyed = true };
  return fake;
}

Deno.test("of half-open connections the oldest that have said nothing go first", () => {
  const callers = new Callers();
  const honest = socket("10.0.0.1", 1, 500);
  callers.connected(asSocket(honest));
  const silent = Array.from({ length: 2000 }, (_, i) => socket("10.0.0.1", 100 + i));
  for (const each of silent) callers.connected(asSocket(each));
  assertEquals(honest.destroyed, false);
  assertEquals(silent.map((s) => s.destroyed).lastIndexOf(true), 2000 - 32);
  assertEquals(silent.filter((s) => !s.destroyed).length, 31);
  callers.destroy();
  assertEquals([honest, ...silent].every((s) => s.destroyed), true);
});

Deno.test("one address takes half of the places, many take all, and nobody more", () => {
  const callers = new Callers();
  const others = Array.from({ length: 20 }, (_, i) => socket(`10.0.1.${i}`, 5));
  for (const each of others) callers.connected(asSocket(each));
  for (let i = 0; i < 1000; i++) callers.connected(asSocket(socket("10.0.0.1", i)));
  assertEquals(others.filter((s) => s.destroyed).length, 0);
  const many = Array.from({ length: 1000 }, (_, i) => socket(`10.1.${i >> 8}.${i & 255}`, 5));
  for (const each of many) callers.connected(asSocket(each));
  assertEquals(many.filter((s) => !s.destroyed).length, 64);
});

Deno.test("a connection that was accepted or has closed takes no place any more", () => {
  const callers = new Callers();
  const all = Array.from({ length: 500 }, (_, i) => socket("10.0.0.1", i));
  for (const [i, each] of all.entries()) {
    callers.connected(asSocket(each));
    if (i % 2 === 0) callers.accepted(`10.0.0.1:${i}`);
    else each.destroy();
  }
  assertEquals(all.filter((s) => s.destroyed).length, 250);
  assertEquals(callers.dropped, 0);
});

Deno.test("silent connections of one certificate, or one address, shut out no other", () => {
  for (const proved of [1, undefined]) {
    const callers = new Callers();
    const other = link("10.0.0.2:5");
    callers.waits(other as unknown as Link, proved === undefined ? undefined : 2);
    const silent = Array.from({ length: 70 }, (_, i) => link(`10.0.0.1:${i}`));
    for (const each of silent) callers.waits(each as unknown as Link, proved);
    assertEquals(silent.map((l) => l.destroyed), silent.map((_, i) => i < 66));
    assertEquals(other.destroyed, false);
    const strangers = Array.from({ length: 70 }, (_, i) => link(`10.0.1.${i}:1`));
    for (const each of strangers) callers.waits(each as unknown as Link, undefined);
    assertEquals(strangers.filter((l) => !l.destroyed).length, 64);
  }
});

Deno.test("refusals are told up to a number, and the last few remembered", () => {
  const refusals = new Refusals();
  assertEquals(refusals.last, "");
  const told = Array.from({ length: 30 }, (_, i) => refusals.add(`no ${i}`));
  assertEquals(told.filter((t) => t).length, 20);
  assertEquals(refusals.last, "no 27; no 28; no 29");
});
