/**
 * Calls with inputs and the results they must have.
 *
 * @module
 */
import {
  type Call,
  describeCall,
  type OperandCall,
  type PartyId,
  type Protocol,
  type Shape,
  type Step,
} from "@symbolon/protocol";
import type { Allowed } from "./oracle.ts";
import type { Stage } from "./stage.ts";

/** A call on fixed inputs. */
export interface Job {
  readonly call: Call;
  /** Shares the inputs. */
  prepare(stage: Stage): Prepared;
}

/** A call ready to run. */
export interface Prepared {
  step(p: Protocol): Step<void>;
  /** Throws unless the result is right. */
  check(): void;
}

/** Runs one job: its inputs, its call with the cost measured, its check. */
export function perform(stage: Stage, job: Job): void {
  const prepared = job.prepare(stage);
  stage.step([job.call], (p) => prepared.step(p));
  prepared.check();
}

/** An operand. */
export interface Tensor {
  readonly shape: Shape;
  readonly values: readonly bigint[];
}

/** How {@linkcode operation} runs and checks a call. */
interface Checked {
  readonly call: OperandCall;
  readonly operands: readonly Tensor[];
  /** Which of them the call's operands are; absent: all in order. */
  readonly places?: readonly number[];
  readonly expected: readonly (bigint | Allowed)[];
  detail(element: number): string;
}

/** A job whose result is known element by element. */
export function operation({ call, operands, places = [...operands.keys()], expected, detail }: Checked): Job {
  return {
    call,
    prepare(stage) {
      const inputs = operands.map((o, i) => stage.input(o.values, o.shape, { owner: i % stage.target.parties }));
      const out = stage.blank(call.shape);
      return {
        step: (p) => p.step(call, places.map((i) => stage.share(inputs[i]!, p)), stage.share(out, p)),
        check: () => stage.expect(describeCall(call), out, expected, detail),
      };
    },
  };
}

/** F_input of these values. */
export function inputJob(owner: PartyId, shape: Shape, values: readonly bigint[], turn: number): Job {
  const call = { op: "input", owner, shape, turn } as const;
  return {
    call,
    prepare(stage) {
      const out = stage.blank(shape);
      const own = stage.protocols.map((p) => p.self === owner || stage.target.clear ? stage.feed(p, values) : null);
      return {
        step: (p) => p.input(call, own[p.self]!, stage.share(out, p)),
        check: () => stage.expect(describeCall(call), out, values),
      };
    },
  };
}

/** F_open of these values: nobody but the receivers passes a place for them. */
export function openJob(to: PartyId | "all", shape: Shape, values: readonly bigint[], turn: number): Job {
  const call = { op: "open", to, shape, turn } as const;
  return {
    call,
    prepare(stage) {
      const x = stage.input(values, shape, { owner: turn % stage.target.parties });
      const places = stage.protocols.map((p) =>
        to === "all" || p.self === to || stage.target.clear
          ? stage.elements(p, values.map(() => 0x5a5a5a5an), shape)
          : null
      );
      return {
        step: (p) => p.open(call, stage.share(x, p), places[p.self]!),
        check: () =>
          stage.protocols.forEach((p) => {
            const place = places[p.self]!;
            if (place !== null) stage.same(`${describeCall(call)}, at party ${p.self}`, stage.read(p, place), values);
          }),
      };
    },
  };
}
