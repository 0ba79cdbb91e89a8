/**
 * Whether every number that is sent carries a mask of its own, for rings and graphs too large to enumerate.
 *
 * @module
 */
import type { PartyId } from "@symbolon/protocol";
import { Tape } from "./privacy_tape.ts";
import { type Lab, sampler } from "./privacy_views.ts";

/** Executions that {@linkcode unpadded} looks at: every third is left alone. */
const WATCHED = 48;
const changes = (e: number) => e % 3 !== 2;

/**
 * The numbers sent to party p that have no mask of their own: none, in a protocol whose every message is a one-time pad.
 *
 * A digit of k_{p+2} *pads* a number that p receives if adding δ to the digit adds or subtracts δ. If the numbers can be put in
 * an order in which each has a digit that pads it and touches none before it, they are uniform and independent whatever all
 * else is, secrets included. Whom a digit touches is found by changing it in 32 executions with random inputs and tapes, so this
 * goes for rings and graphs of any size, where `findLeak` cannot count; it may overlook a dependence that shows in
 * fewer of them. The digit `zero` is zero.
 *
 * @throws {Error} if elements touch each other
 */
export function unpadded(lab: Lab, p: PartyId, seed: number, zero?: number): string[] {
  const shape = lab.coordinates();
  const random = sampler(seed);
  const word = (bits: number) => BigInt.asUintN(bits, (BigInt(random()) << 32n) | BigInt(random()));
  const fresh = (bits: number) => BigUint64Array.from({ length: WATCHED }, () => word(bits));
  const inputs = lab.experiment.operands.map(() => [0, 1, 2].map(() => fresh(lab.experiment.ring)));
  const columns = shape.map(({ bits }, i) => i === zero ? new BigUint64Array(WATCHED) : fresh(bits));
  const base = lab.run(WATCHED, inputs, new Tape(shape, columns)).received[p]!;
  /** By digit that p lacks: the numbers it touches, and those of them that it pads. */
  const digits = shape.flatMap(({ key, bits }, coordinate) => {
    if (key !== (p + 2) % 3 || coordinate === zero) return [];
    const delta = word(bits) | 1n;
    const changed = columns.with(coordinate, columns[coordinate]!.map((v, e) => changes(e) ? v + delta : v));
    changed[coordinate] = changed[coordinate]!.map((v) => BigInt.asUintN(bits, v));
    const now = lab.run(WATCHED, inputs, new Tape(shape, changed)).received[p]!;
    const touched = new Set<number>();
    const padded = new Set<number>();
    now.forEach(({ values, name }, m) => {
      const moved = values.map((v, e) => BigInt.asUintN(base[m]!.bits, v - base[m]!.values[e]!));
      if (moved.every((v) => v === 0n)) return;
      if (moved.some((v, e) => v !== 0n && !changes(e))) throw new Error(`Elements touch each other: ${name}`);
      touched.add(m);
      const by = (d: bigint) => moved.every((v, e) => v === (changes(e) ? BigInt.asUintN(bits, d) : 0n));
      if (base[m]!.bits === bits && (by(delta) || by(-delta))) padded.add(m);
    });
    return [{ touched, padded }];
  });
  const open = new Set(base.keys());
  const unused = new Set(digits);
  // The order is found from its end: a digit that touches no other of the numbers still open pads the last of them.
  for (let before = -1; before !== open.size;) {
    before = open.size;
    for (const digit of unused) {
      const [last, ...others] = [...digit.touched].filter((m) => open.has(m));
      if (last === undefined || others.length > 0 || !digit.padded.has(last)) continue;
      open.delete(last);
      unused.delete(digit);
    }
  }
  return [...open].map((m) => base[m]!.name);
}
