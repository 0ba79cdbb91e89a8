/**
 * Hosts of a small network within this machine: network namespaces joined by a cable, each with addresses of its own.
 *
 * @module
 */

/** One host. */
export interface Host {
  readonly ipv4: string;
  readonly ipv6: string;
  /** The command that runs another one there. */
  readonly under: readonly string[];
}

/** Two hosts and the cable between them. */
export class Network {
  readonly hosts: readonly [Host, Host];
  /** Milliseconds that a packet takes in each direction; 0 where the kernel cannot delay packets. */
  readonly delayMs: number;
  readonly #names: readonly [string, string];

  private constructor(names: readonly [string, string], delayMs: number) {
    this.#names = names;
    const host = (i: number): Host => ({
      ipv4: `10.77.0.${i + 1}`,
      ipv6: `fd77::${i + 1}`,
      under: ["ip", "netns", "exec", names[i]!],
    });
    this.hosts = [host(0), host(1)];
    this.delayMs = delayMs;
  }

  /** Makes the hosts, or returns why it cannot. */
  static make(wantedDelayMs: number): Network | string {
    const names = [0, 1].map((i) => `symbolon-${Deno.pid}-${i}`) as [string, string];
    try {
      for (const name of names) ip("netns", "add", name);
      // Names of interfaces are short; both ends are made in their namespaces, so they meet no others.
      ip("link", "add", "cable", "netns", names[0], "type", "veth", "peer", "name", "cable", "netns", names[1]);
      const network = new Network(names, delay(names, wantedDelayMs));
      for (const [i, { ipv4, ipv6 }] of network.hosts.entries()) {
        const at = ["-n", names[i]!];
        ip(...at, "addr", "add", `${ipv4}/24`, "dev", "cable");
        ip(...at, "addr", "add", `${ipv6}/64`, "dev", "cable", "nodad");
        for (const device of ["lo", "cable"]) ip(...at, "link", "set", device, "up");
      }
      return network;
    } catch (error) {
      remove(names);
      return (error as Error).message;
    }
  }

  /** Pulls the cable out. */
  cut(): void {
    ip("-n", this.#names[0], "link", "set", "cable", "down");
  }

  /** Puts it back in. */
  mend(): void {
    ip("-n", this.#names[0], "link", "set", "cable", "up");
    ip("-n", this.#names[0], "addr", "replace", `${this.hosts[0].ipv6}/64`, "dev", "cable", "nodad");
  }

  dispose(): void {
    remove(this.#names);
  }
}

/** Delays packets in both directions where the kernel can; the delay. */
function delay(names: readonly string[], ms: number): number {
  try {
    for (const name of names) {
      ip("netns", "exec", name, "tc", "qdisc", "add", "dev", "cable", "root", "netem", "delay", `${ms}ms`);
    }
    return ms;
  } catch {
    return 0;
  }
}

function remove(names: readonly string[]): void {
  for (const name of names) {
    try {
      ip("netns", "delete", name);
    } catch {
      // It was not made.
    }
  }
}

/** Runs `ip`. @throws {Error} with what it says */
function ip(...args: readonly string[]): void {
  const { success, stderr } = new Deno.Command("ip", { args: [...args], stdout: "null", stderr: "piped" }).outputSync();
  if (!success) throw new Error(`ip ${args.slice(0, 2).join(" ")}: ${new TextDecoder().decode(stderr).trim()}`);
}
