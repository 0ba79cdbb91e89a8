/**
 * One party's part in a run, from its keys to its last output: the same whatever carries its messages.
 *
 * @module
 */
import { schedule } from "@symbolon/compiler";
import { PartyMemory } from "@symbolon/kernels";
import { systemEntropy } from "@symbolon/primitives";
import {
  type Backend,
  type Domain,
  driveAsync,
  type Memory,
  type PartyId,
  type Step,
  type Traffic,
} from "@symbolon/protocol";
import { type Agreement, connectMesh, type MeshOptions, SocketChannel } from "@symbolon/transport";
import { prepare } from "@symbolon/vm";
import { startThreads } from "./kernel_threads.ts";
import { environmentOf, type PartyEvent, type PartyJob, type PartyResult, programOnly } from "./engine.ts";

/** Milliseconds between reports of progress. */
const PROGRESS_EVERY = 100;

/** Milliseconds that the last bytes may take to leave. */
const CLOSING_MS = 1000;

/** A party about to play. */
export interface Player {
  readonly self: PartyId;
  readonly backend: Backend;
  readonly memory: Memory;
  /** What its channel counts. */
  readonly traffic: Traffic;
  readonly emit: (event: PartyEvent) => void;
}

/** Agrees on keys, makes material, then runs the program. Traffic and time are those of the program. */
export function* play(job: PartyJob, { self, backend, memory, traffic, emit }: Player): Step<PartyResult> {
  const protocol = yield* backend.setup(self, job.options, { memory, entropy: systemEntropy });
  const segments = schedule(job.tape, backend.target(job.options));
  const { preprocess, run, spent, registerBytes } = prepare(job.tape, segments, protocol, environmentOf(job, emit));
  yield* preprocess();
  const before = { rounds: traffic.rounds, sent: [...traffic.sent] };
  const spentBefore = { ...spent, sent: [...spent.sent] };
  const start = performance.now();
  yield* reporting(run(), emit);
  const seconds = (performance.now() - start) / 1000;
  const sent = traffic.sent.map((bytes, peer) => bytes - before.sent[peer]!);
  const of = { seconds, traffic: { rounds: traffic.rounds - before.rounds, sent }, registerBytes };
  return programOnly({ ...of, spent }, spentBefore);
}

/** The step, telling how many rounds are done now and then. */
function* reporting<T>(step: Step<T>, emit: Player["emit"]): Step<T> {
  let last = performance.now();
  let rounds = 0;
  for (let at = step.next();; at = step.next()) {
    if (at.done) return at.value;
    yield at.value;
    rounds++;
    const now = performance.now();
    if (now - last < PROGRESS_EVERY) continue;
    last = now;
    emit({ type: "progress", rounds });
  }
}

/** What a party of a network needs besides its job. */
export type NetworkOptions = Omit<MeshOptions, "agreement">;

/** The program that a party is to play, and its hash. */
export interface NetworkJob extends PartyJob {
  readonly hash: string;
}

/**
 * Plays one party over a network: connects to the others, runs, and parts from them in agreement.
 *
 * @throws {PeerError} if a party does not come, stops or falls silent
 * @throws {ProgramMismatchError} if a party runs something else; nothing secret has been sent then
 */
export async function playOverNetwork(
  job: NetworkJob,
  network: NetworkOptions,
  { backend, emit }: Pick<Player, "backend" | "emit">,
): Promise<PartyResult> {
  const links = await connectMesh({ ...network, agreement: agreementOf(job, backend) });
  const memory = new PartyMemory();
  const { self } = network;
  const channel = new SocketChannel(self, memory, links);
  let stopThreads = () => {};
  try {
    stopThreads = startThreads(job.threads);
    const result = await driveAsync(play(job, { self, backend, memory, traffic: channel.traffic, emit }), channel);
    await channel.end();
    return result;
  } catch (error) {
    channel.fail(error instanceof Error ? error : new Error(String(error)));
    throw error;
  } finally {
    stopThreads();
    await channel.closed(CLOSING_MS);
    memory.dispose();
  }
}

function agreementOf({ hash, options }: NetworkJob, backend: Backend): Agreement {
  const { name, parties, domain } = backend.target(options);
  return {
    parties,
    backend: name,
    domain: showDomain(domain),
    program: hash,
    // With a seed at one party only, each would draw other public coins and the results would be wrong.
    options: options.publicSeed === undefined ? {} : { "--public-seed": options.publicSeed },
  };
}

function showDomain(domain: Domain): string {
  return domain.kind === "ring" ? `integers mod 2^${domain.bits}` : `integers mod ${domain.modulus}`;
}
