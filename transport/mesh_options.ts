/**
 * What a party is told before it connects with the others, and what it gets.
 *
 * @module
 */
import type { PartyId } from "@symbolon/protocol";
import type { Address } from "./addresses.ts";
import type { Agreement } from "./handshake.ts";
import type { Link } from "./link.ts";
import type { Carrier } from "./tcp.ts";

/** What `connectMesh` needs. */
export interface MeshOptions {
  readonly self: PartyId;
  /** Of all parties, this one's too: what it listens on. */
  readonly addresses: readonly Address[];
  /** Another port to listen on than the own address names: where a router forwards one to the other. */
  readonly listenPort?: number;
  /** Only party 0's address is known, which tells the others': `addresses` has their ports at most. */
  readonly askParty0?: boolean;
  /** Listens on all interfaces even if all addresses are loopback ones. */
  readonly listenEverywhere?: boolean;
  readonly agreement: Agreement;
  /** 32 bytes that no other run has: fresh randomness. */
  readonly nonce: Uint8Array;
  readonly carrier: Carrier;
  /** Milliseconds until all parties must be there. Default: 60 000. */
  readonly waitMs?: number;
  /** Milliseconds without a sign of life after which a peer is taken for dead. Default: 120 000. */
  readonly timeoutMs?: number;
  /** Milliseconds without progress after which a peer that is waited for is given up. Default: three times `timeoutMs`. */
  readonly roundTimeoutMs?: number;
  /** Milliseconds for which a party that has found a difference still answers, so that the others hear of it. */
  readonly lingerMs?: number;
  /** Hears whom this party waits for and whom it turns away. */
  readonly onNotice?: (line: string) => void;
}

/** Milliseconds that a peer may be silent unless told otherwise. */
export const DEFAULT_TIMEOUT_MS = 120_000;
/** Milliseconds for which a party waits for the others unless told otherwise. */
export const DEFAULT_WAIT_MS = 60_000;

/** The parties of a run, connected. */
export interface Mesh {
  /** By party; undefined at this party itself. */
  readonly links: readonly (Link | undefined)[];
  /** 32 bytes that depend on all that the parties have agreed on and on a nonce of each: they have them in common, no other run has. */
  readonly run: Uint8Array;
}
