/**
 * How parties exchange rounds: in one thread, as workers of one process, over the network.
 *
 * @module
 */
export { Pace, runInline, runInlinePaced } from "./inline.ts";
export { type PartyHandler, type PartyThread, serveParty } from "./party_worker.ts";
export { createLinks, type LinkOptions, type SharedLinks } from "./shared_links.ts";
export { SharedRing } from "./shared_ring.ts";
export { WorkerChannel } from "./worker_channel.ts";
export { runWorkers, startWorker, type WorkersOptions } from "./workers.ts";
export { type Address, DEFAULT_PORT_BASE, isLoopback, parseAddress, parseAddresses, showAddress } from "./addresses.ts";
export { type CertifiedKey, makeCertificate } from "./certificates.ts";
export { type Agreement, NONCE_BYTES, PROTOCOL_VERSION } from "./handshake.ts";
export { type Link } from "./link.ts";
export { freePorts } from "./listening.ts";
export { connectMesh } from "./mesh.ts";
export { DEFAULT_TIMEOUT_MS, DEFAULT_WAIT_MS, type Mesh, type MeshOptions } from "./mesh_options.ts";
export { runProcesses, serveProcess } from "./processes.ts";
export { defaultRoundTimeout } from "./patience.ts";
export { SocketChannel } from "./socket_channel.ts";
export { type Carrier, plainTcp } from "./tcp.ts";
export { checkDates, type Identity, mutualTls, type PinnedCertificate } from "./tls.ts";
