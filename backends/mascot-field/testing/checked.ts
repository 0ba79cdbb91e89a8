/**
 * A protocol that checks whatever it opens at once: the contract then looks at MACs as well as at values.
 *
 * @module
 */
import type { Backend, Call, Cost, Protocol, Step, Target } from "@symbolon/protocol";

/** The backend with a check after each opening, at the cost of both. */
export function checkedAtOnce(backend: Backend): Backend {
  return {
    ...backend,
    target(options): Target {
      const target = backend.target(options);
      const cost = (call: Call): Cost => {
        const own = target.cost(call);
        if (call.op !== "open") return own;
        const check = target.cost({ op: "verify", shape: [], turn: 0 });
        const links = own.links.map((row, from) => row.map((bytes, to) => bytes + check.links[from]![to]!));
        const demand = new Map(own.demand);
        for (const [kind, n] of check.demand) demand.set(kind, (demand.get(kind) ?? 0) + n);
        return { rounds: own.rounds + check.rounds, links, demand };
      };
      return { ...target, cost };
    },
    *setup(self, options, party): Step<Protocol> {
      const protocol = yield* backend.setup(self, options, party);
      const target = this.target(options);
      return {
        ...protocol,
        target,
        get stored() {
          return protocol.stored!;
        },
        *open(call, x, out): Step<void> {
          yield* protocol.open(call, x, out);
          yield* protocol.verify();
        },
      };
    },
  };
}
