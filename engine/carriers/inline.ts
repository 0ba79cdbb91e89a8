/**
 * All parties of a run in one thread.
 *
 * @module
 */
import { type Backend, noTraffic, type PartyId } from "@symbolon/protocol";
import { Pace, runInlinePaced } from "@symbolon/transport";
import { startThreads } from "../kernel_threads.ts";
import { freshRun, type PartyEvent, type PartyJob, type PartyResult } from "../party/job.ts";
import { Party } from "../party/party.ts";

/** Who is told of events, and what stops a run. */
export interface LocalRun {
  readonly onEvent: (party: PartyId, event: PartyEvent) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Runs under way in this thread: one at a time, as they share its memory and its helpers. */
let underWay: Promise<unknown> = Promise.resolve();

/** Runs one job a party in lockstep, when no other such run is under way. */
export async function runInOneThread(...run: Parameters<typeof runAlone>): Promise<PartyResult[]> {
  const before = underWay;
  const { promise, resolve } = Promise.withResolvers<void>();
  underWay = promise;
  try {
    await before;
    return await runAlone(...run);
  } finally {
    resolve();
  }
}

async function runAlone(
  jobs: readonly PartyJob[],
  backend: Backend,
  { onEvent, signal }: LocalRun,
): Promise<PartyResult[]> {
  signal?.throwIfAborted();
  const pace = new Pace();
  const alone = jobs.length === 1 ? { pause: pace.due } : {};
  const run = freshRun();
  const parties: { readonly party: Party; readonly traffic: ReturnType<typeof noTraffic> }[] = [];
  const { threads } = jobs[0]!;
  const stopThreads = threads === 1 ? () => {} : startThreads(threads);
  try {
    for (const [self, job] of jobs.entries()) {
      const party = new Party(job, { self, backend, emit: (event) => onEvent(self, event), ...alone });
      parties.push({ party, traffic: noTraffic(jobs.length) });
    }
    const phases = parties.map(({ party, traffic }) => party.phases({ run, traffic }));
    for (const i of phases[0]!.keys()) {
      pace.resume();
      const runners = parties.map(({ party: { memory }, traffic }, p) => ({
        ...{ memory, traffic },
        step: phases[p]![i]!.begin(),
      }));
      await runInlinePaced(runners, { pace, signal, tap: parties[0]!.party.afterRound });
      for (const of of phases) of[i]!.end?.();
    }
    return parties.map(({ party }) => party.result);
  } finally {
    stopThreads();
    closeAll(parties.map(({ party }) => party));
  }
}

/** Closes all, one that fails or not: memory of the others is to be wiped, and their files too. @throws the first error */
function closeAll(parties: readonly Party[]): void {
  const errors: unknown[] = [];
  for (const party of parties) {
    try {
      party.close();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
