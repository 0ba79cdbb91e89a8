/** Ports for parties that run on this machine only. @module */

/** Ports of the loopback interface that nobody listens on at the moment. */
export function freePorts(count: number, hostname: string = "127.0.0.1"): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname, port: 0 }));
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}
