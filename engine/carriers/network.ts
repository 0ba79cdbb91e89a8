/**
 * One party of a run in a network.
 *
 * @module
 */
import { systemEntropy } from "@symbolon/primitives";
import { driveAsync } from "@symbolon/protocol";
import { connectMesh, type MeshOptions, NONCE_BYTES, SocketChannel } from "@symbolon/transport";
import { startThreads } from "../kernel_threads.ts";
import type { PartyJob, PartyResult } from "../party/job.ts";
import { Party, type PartyOptions } from "../party/party.ts";

/** What a party of a network needs besides its job. */
export type NetworkOptions = Omit<MeshOptions, "agreement" | "nonce">;

/** Milliseconds that the last bytes may take to leave. */
const CLOSING_MS = 1000;

/**
 * Runs one party over a network: looks at its material, connects to the others, runs, and parts from them in agreement.
 *
 * @throws {RangeError} if its file of material does not fit, before it calls anybody
 * @throws {PeerError} if a party does not come, stops or falls silent
 * @throws {ProgramMismatchError} if a party runs something else; nothing secret has been sent then
 */
export async function runInNetwork(
  job: PartyJob,
  network: NetworkOptions,
  { backend, emit }: Pick<PartyOptions, "backend" | "emit">,
): Promise<PartyResult> {
  const party = new Party(job, { self: network.self, backend, emit });
  try {
    return await connectAndRun(party, job.threads, network);
  } finally {
    party.close();
  }
}

async function connectAndRun(party: Party, threads: number, network: NetworkOptions): Promise<PartyResult> {
  const nonce = new Uint8Array(NONCE_BYTES);
  systemEntropy(nonce);
  const { links, run } = await connectMesh({ ...network, nonce, agreement: party.agreement });
  const channel = new SocketChannel(party.self, party.memory, links);
  let stopThreads = () => {};
  try {
    stopThreads = startThreads(threads);
    for (const phase of party.phases({ run, traffic: channel.traffic })) {
      await driveAsync(phase.begin(), channel, party.afterRound);
      phase.end?.();
    }
    await channel.end();
    return party.result;
  } catch (error) {
    channel.fail(error instanceof Error ? error : new Error(String(error)));
    throw error;
  } finally {
    stopThreads();
    await channel.closed(CLOSING_MS);
  }
}
