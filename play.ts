/**
 * One party's part in a run, from its keys to its last output: the same whatever carries its messages.
 *
 * @module
 */
import { predict, schedule } from "@symbolon/compiler";
import { PartyMemory } from "@symbolon/kernels";
import { systemEntropy } from "@symbolon/primitives";
import { type Backend, driveAsync, type Memory, type PartyId, type Step, type Traffic } from "@symbolon/protocol";
import { type Agreement, connectMesh, type MeshOptions, NONCE_BYTES, SocketChannel } from "@symbolon/transport";
import { prepare } from "@symbolon/vm";
import { startThreads } from "./kernel_threads.ts";
import { environmentOf, type PartyEvent, type PartyJob, type PartyResult, programOnly } from "./party_job.ts";
import { makeMaterial, openMaterial, OPTION_OF, type PartyMaterial, showDomain, watched } from "./party_material.ts";

/** Milliseconds between reports of progress. */
const PROGRESS_EVERY = 100;

/** Milliseconds that the last bytes may take to leave. */
const CLOSING_MS = 1000;

/** A party about to play. */
export interface Player {
  readonly self: PartyId;
  readonly backend: Backend;
  readonly memory: Memory;
  /** What the parties of this run have in common: see `PartySetup`. */
  readonly run: Uint8Array;
  /** What its channel counts. */
  readonly traffic: Traffic;
  readonly material: PartyMaterial;
  readonly emit: (event: PartyEvent) => void;
}

/**
 * Agrees on keys, makes material or takes it from a file, then runs the program, unless material is all that is wanted. Traffic and
 * time are those of the program.
 */
export function* play(job: PartyJob, player: Player): Step<PartyResult> {
  const { self, backend, memory, run: common, traffic, material: { writer, reader }, emit } = player;
  const material = reader === undefined ? {} : { material: reader };
  const setup = { memory, entropy: systemEntropy, run: common, ...material };
  const protocol = yield* backend.setup(self, job.options, setup);
  const segments = schedule(job.tape, protocol.target);
  const { demand } = predict(segments, protocol.target);
  if (writer !== undefined) return yield* makeMaterial(protocol, demand, writer, emit);
  const { preprocess, run, spent, registerBytes } = prepare(job.tape, segments, protocol, environmentOf(job, emit));
  yield* watched(preprocess(), { protocol, demand, spent, emit });
  const before = { rounds: traffic.rounds, sent: [...traffic.sent] };
  const spentBefore = { ...spent, sent: [...spent.sent] };
  const start = performance.now();
  yield* reporting(run(), (rounds) => emit({ type: "progress", rounds: rounds - (spent.rounds - spentBefore.rounds) }));
  const seconds = (performance.now() - start) / 1000;
  const sent = traffic.sent.map((bytes, peer) => bytes - before.sent[peer]!);
  const of = { seconds, traffic: { rounds: traffic.rounds - before.rounds, sent }, registerBytes };
  return programOnly({ ...of, spent }, spentBefore);
}

/** The step, telling how many rounds are done now and then. */
function* reporting<T>(step: Step<T>, tell: (rounds: number) => void): Step<T> {
  let last = performance.now();
  let rounds = 0;
  for (let at = step.next();; at = step.next()) {
    if (at.done) return at.value;
    yield at.value;
    rounds++;
    const now = performance.now();
    if (now - last < PROGRESS_EVERY) continue;
    last = now;
    tell(rounds);
  }
}

/** What a party of a network needs besides its job. */
export type NetworkOptions = Omit<MeshOptions, "agreement" | "nonce">;

/**
 * Plays one party over a network: looks at its material, connects to the others, runs, and parts from them in agreement.
 *
 * @throws {RangeError} if its file of material does not fit, before it calls anybody
 * @throws {PeerError} if a party does not come, stops or falls silent
 * @throws {ProgramMismatchError} if a party runs something else; nothing secret has been sent then
 */
export async function playOverNetwork(
  job: PartyJob,
  network: NetworkOptions,
  { backend, emit }: Pick<Player, "backend" | "emit">,
): Promise<PartyResult> {
  const { self } = network;
  const material = openMaterial(job, { self, backend, emit });
  try {
    return await playWith(material, job, network, { backend, emit });
  } finally {
    material.close();
  }
}

async function playWith(
  material: PartyMaterial,
  job: PartyJob,
  network: NetworkOptions,
  { backend, emit }: Pick<Player, "backend" | "emit">,
): Promise<PartyResult> {
  const { self } = network;
  const nonce = new Uint8Array(NONCE_BYTES);
  systemEntropy(nonce);
  const { links, run } = await connectMesh({ ...network, nonce, agreement: agreementOf(job, backend, material) });
  const memory = new PartyMemory();
  const channel = new SocketChannel(self, memory, links);
  let stopThreads = () => {};
  try {
    stopThreads = startThreads(job.threads);
    const player = { self, backend, memory, run, traffic: channel.traffic, material, emit };
    const result = await driveAsync(play(job, player), channel);
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

function agreementOf(
  { hash, options, preprocessing }: PartyJob,
  backend: Backend,
  { reader }: PartyMaterial,
): Agreement {
  const { name, parties, domain } = backend.target(options);
  return {
    parties,
    backend: name,
    domain: showDomain(domain),
    program: hash,
    options: {
      // With a seed at one party only, each would draw other public coins and the results would be wrong.
      ...(options.publicSeed === undefined ? {} : { "--public-seed": options.publicSeed }),
      ...(preprocessing === undefined ? {} : { [OPTION_OF[preprocessing.mode]]: true }),
    },
    ...(reader === undefined ? {} : { material: { file: reader.name, session: reader.session } }),
  };
}
