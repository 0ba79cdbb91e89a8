/**
 * A backend of which every operation is recorded first and computed only by the recording.
 *
 * @module
 */
import type { Backend, Call, Protocol, Recorder, Round, Step } from "@symbolon/protocol";

const LOCAL: ReadonlySet<string | symbol> = new Set<keyof Protocol>([
  ...["constant", "add", "sub", "negate", "addPublic", "mulPublic", "copy", "read", "write", "gather"] as const,
  ...["sum", "cumsum"] as const,
]);
const STEPS: ReadonlySet<string | symbol> = new Set<keyof Protocol>(
  ["open", "products", "trunc", "piecewise", "decompose", "shuffle"],
);

/**
 * The backend with protocols whose operations run as recordings; inputs, and what its recorder does not cover, run as they are.
 *
 * @throws {TypeError} at set-up, if the backend cannot be recorded
 */
export function recorded(backend: Backend): Backend {
  return {
    ...backend,
    name: `${backend.name}, recorded`,
    target: (options) => backend.target(options),
    *setup(self, options, party) {
      const protocol = yield* backend.setup(self, options, party);
      if (protocol.recorder === undefined) throw new TypeError(`Backend ${backend.name} cannot be recorded`);
      return recordedProtocol(protocol, protocol.recorder);
    },
  };
}

function recordedProtocol(protocol: Protocol, recorder: Recorder): Protocol {
  return new Proxy(protocol, {
    get(_, name) {
      const value = Reflect.get(protocol, name, protocol);
      if (typeof value !== "function") return value;
      const method = (...args: unknown[]) => Reflect.apply(value, protocol, args);
      if (LOCAL.has(name)) return (...args: unknown[]) => recorder.record(() => void method(...args))();
      if (!STEPS.has(name)) return method;
      return (...args: unknown[]) => {
        const step = method(...args) as Step<void>;
        return recorder.covers(args[0] as Call) ? recordedStep(step, recorder) : step;
      };
    },
  });
}

/** Each part of the step between two rounds is recorded, then run. */
function* recordedStep(step: Step<void>, recorder: Recorder): Step<void> {
  while (true) {
    let round: Round | null = null;
    const run = recorder.record(() => {
      const at = step.next();
      if (!at.done) round = at.value;
    });
    run();
    if (round === null) return;
    yield round;
  }
}
