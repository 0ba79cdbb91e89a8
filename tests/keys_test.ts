/**
 * The census: all keys, streams, secret offsets and salts of a run, by who holds them.
 *
 * Whole programs with every operation run in one thread, over memories that take note of the keys in them. What a party holds is then
 * counted by sets of holders: no two keys of a party are alike, no key is common to others than it is meant for, and none is there
 * that is not listed here.
 */
import { assert, assertEquals } from "@std/assert";
import { cfix, compile, predict, repeat, schedule, sfix, shuffle, sint, sort } from "@symbolon/compiler";
import { cint } from "@symbolon/compiler";
import { lockstep, type Protocol, type Step } from "@symbolon/protocol";
import { prepare } from "@symbolon/vm";
import { replicatedRing } from "@symbolon/replicated-ring";
import { semi2k } from "@symbolon/semi2k";
void [assert, assertEquals, cfix, compile, predict, repeat, schedule, sfix, shuffle, sint, sort, cint, lockstep, prepare, replicatedRing, semi2k];
export type { Protocol, Step };
