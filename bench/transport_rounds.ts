/** The load of the transport bench: every party sends every other the same number of bytes each round. @module */
import type { Memory, PartyId, Round, Step } from "@symbolon/protocol";

/** Bytes `0` to `parties · bytes` go out, the same number behind them come in. */
export function* allToAll(self: PartyId, parties: number, bytes: number, rounds: number): Step<void> {
  const peers = Array.from({ length: parties }, (_, p) => p).filter((p) => p !== self);
  const round: Round = {
    send: peers.map((peer) => ({ peer, at: peer * bytes, bytes })),
    receive: peers.map((peer) => ({ peer, at: (parties + peer) * bytes, bytes })),
  };
  for (let i = 0; i < rounds; i++) yield round;
}

/** Memory that is only its bytes. */
export function plainMemory(size: number): Memory {
  return { bytes: new Uint8Array(size) } as unknown as Memory;
}
