/**
 * Runs of programs under backends whose checks are watched, take rounds, or find something.
 *
 * @module
 */
import { compile, predict, schedule, type Segment } from "@symbolon/compiler";
import { PartyMemory } from "@symbolon/kernels";
import {
  type Backend,
  type Call,
  linkTable,
  lockstep,
  NO_DEMAND,
  type Protocol,
  type Step,
  type Target,
} from "@symbolon/protocol";
import { prepare } from "../prepare.ts";

/** What a check throws that finds something. */
export class Forged extends Error {}

/** A run: what happened at party 0 in its order, and the rounds taken. */
export interface Run {
  readonly events: readonly string[];
  readonly rounds: number;
  /** What the schedule says of them. */
  readonly predicted: number;
  readonly segments: readonly Segment[];
  readonly error: unknown;
  /** By party, the outputs. */
  readonly given: readonly (readonly string[])[];
  /** The most that waited for a check. */
  readonly unchecked: number;
}

/** Counts what waits for a check at a party. */
class Waiting {
  #now = 0;
  most = 0;

  left(call: Call, { unchecked }: Target): void {
    this.#now += unchecked?.of(call) ?? 0;
    this.most = Math.max(this.most, this.#now);
  }
  checked(): void {
    this.#now = 0;
  }
}

/** The protocol with its checks noted, of which those from number `fails` on throw. */
function watched(protocol: Protocol, note: (event: string) => void, waiting: Waiting, fails: number): Protocol {
  let checks = 0;
  const { target } = protocol;
  return new Proxy(protocol, {
    get(_, name) {
      const value = Reflect.get(protocol, name, protocol);
      if (typeof value !== "function") return value;
      const method = (...args: unknown[]) => Reflect.apply(value, protocol, args) as Step<void>;
      if (name === "verify") {
        return function* () {
          if (checks++ >= fails) throw new Forged("A message was forged");
          note("verify");
          waiting.checked();
          yield* method();
        };
      }
      if (name !== "open" && name !== "step" && name !== "input") return method;
      return function* (call: Call, ...args: unknown[]) {
        if (name === "open") waiting.checked();
        waiting.left(call, target);
        yield* method(call, ...args);
        if (name === "open") note("open");
      };
    },
  });
}

/** The backend with checks of so many rounds. */
export function checking(backend: Backend, rounds: number, unchecked?: Target["unchecked"]): Backend {
  const change = (target: Target): Target => ({
    ...target,
    cost: (call) =>
      call.op === "verify" ? { rounds, links: linkTable(target.parties), demand: NO_DEMAND } : target.cost(call),
    ...(unchecked === undefined ? {} : { unchecked }),
  });
  return {
    ...backend,
    target: (options) => change(backend.target(options)),
    *setup(self, options, party) {
      const protocol = yield* backend.setup(self, options, party), target = change(protocol.target);
      return new Proxy(protocol, {
        get(_, name) {
          if (name === "target") return target;
          if (name === "recorder") return undefined;
          if (name === "verify") {
            return function* () {
              for (let i = 0; i < rounds; i++) yield { send: [], receive: [] };
            };
          }
          const value = Reflect.get(protocol, name, protocol);
          return typeof value === "function" ? value.bind(protocol) : value;
        },
      });
    },
  };
}

/** Runs what is traced, every input a 1. Checks from number `fails` on throw. */
export function watch(backend: Backend, trace: () => void, { fails = Infinity } = {}): Run {
  const { tape } = compile({ description: "", trace });
  const target = backend.target({}), { parties } = target;
  const memories = Array.from({ length: parties }, () => new PartyMemory());
  const events: string[] = [], given = memories.map((): string[] => []);
  const waiting = memories.map(() => new Waiting());
  let rounds = 0;
  const all = <T>(step: (self: number) => Parameters<typeof lockstep<T>>[0][number]["step"], tap?: () => void) =>
    lockstep(memories.map((memory, self) => ({ memory, step: step(self) })), tap).results;
  try {
    const note = (self: number, event: string) => void (self === 0 && events.push(event));
    const protocols = all((self) =>
      backend.setup(self, {}, { memory: memories[self]!, entropy: (buffer) => void buffer.fill(self + 1) })
    ).map((protocol, self) => watched(protocol, (event) => note(self, event), waiting[self]!, fails));
    const segments = schedule(tape, target);
    const prepared = protocols.map((protocol, self) =>
      prepare(tape, segments, protocol, {
        input: () => (into) => void into.fill(1n),
        print: (line) => note(self, `print ${line}`),
        metric: (name, value) => note(self, `metric ${name} ${value}`),
        output: ({ label, values }) => {
          given[self]!.push(`output ${label} ${values}`);
          note(self, `output ${label} ${values}`);
        },
      })
    );
    all((self) => prepared[self]!.preprocess());
    // Recordings open while they are made.
    events.length = 0;
    for (const one of waiting) {
      one.checked();
      one.most = 0;
    }
    let error: unknown = null;
    try {
      all((self) => prepared[self]!.run(), () => rounds++);
    } catch (thrown) {
      error = thrown;
    }
    const predicted = predict(segments, target).rounds;
    return { events, rounds, predicted, segments, error, given, unchecked: waiting[0]!.most };
  } finally {
    for (const memory of memories) memory.dispose();
  }
}
