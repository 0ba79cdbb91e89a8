/**
 * How parties exchange rounds: in one thread, as workers of one process, over the network.
 *
 * @module
 */
export { runInline } from "./inline.ts";
export { type PartyHandler, type PartyThread, serveParty } from "./party_worker.ts";
export { createLinks, type LinkOptions, type SharedLinks } from "./shared_links.ts";
export { SharedRing } from "./shared_ring.ts";
export { WorkerChannel } from "./worker_channel.ts";
export { runWorkers, type WorkersOptions } from "./workers.ts";
