/**
 * A backend of which every operation is recorded first and computed only by the recording.
 *
 * @module
 */
import type { Backend, Call, LocalOperations, Protocol, Recorder, Round, Step } from "@symbolon/protocol";

/** What is recorded in one piece, since it sends nothing. */
const LOCAL: Readonly<Record<keyof LocalOperations, true>> = {
  ...{ constant: true, add: true, sub: true, negate: true, addPublic: true, mulPublic: true, copy: true },
  ...{ scaledProduct: true, scaledSum: true, read: true, write: true, gather: true, sum: true, cumsum: true },
};

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
      if (Object.hasOwn(LOCAL, name)) return (...args: unknown[]) => recorder.record(() => void method(...args))();
      if (name !== "step" && name !== "open") return method;
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
