/**
 * What this backend says of an operation: its traffic by role, its step, and whether a recording may repeat it.
 *
 * @module
 */
import { type Cost, linkTable, NO_DEMAND, type Realisations } from "@symbolon/protocol";
import type { Party, ReplicatedShare } from "./party.ts";

/** Whether the step does the same with the same memory each time: see `Recorder` of the protocol. */
interface Recorded {
  readonly recorded: boolean;
}

/** What this backend says of all operations. */
export type RingOperations =
  & Realisations<Party, ReplicatedShare>
  & { readonly [K in keyof Realisations<Party, ReplicatedShare>]: Recorded };

/** Bytes that one role sends to another; roles count on from 2 to 0. */
export type RoleMessage = readonly [from: number, to: number, bytes: number];

/** What roles send. */
export interface Traffic {
  readonly rounds: number;
  readonly messages: readonly RoleMessage[];
}

/** The cost of traffic whose roles are rotated by `turn`. */
export function rotated({ rounds, messages }: Traffic, turn: number): Cost {
  const links = linkTable(3);
  for (const [from, to, bytes] of messages) links[(from + turn) % 3]![(to + turn) % 3]! += bytes;
  return { rounds, links, demand: NO_DEMAND };
}

/** Traffic one after the other. */
export function inSequence(first: Traffic, second: Traffic): Traffic {
  return { rounds: first.rounds + second.rounds, messages: [...first.messages, ...second.messages] };
}
