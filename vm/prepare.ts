/**
 * Prepares a scheduled tape for a protocol and runs it. Knows neither programs nor transports.
 *
 * Everything is settled before the run: places in memory, handles, what each instruction does. With a protocol that can be recorded a
 * round in a loop then takes one call for its work and one resumed generator, and allocates nothing but the generator's result.
 *
 * @module
 */
import {
  type Instruction,
  type Launch,
  predict,
  type Reg,
  type RepeatOp,
  type Segment,
  type Tape,
} from "@symbolon/compiler";
import { type Elements, type Protocol, type Share, sizeOf, type Step } from "@symbolon/protocol";
import { type Context, effect, immediate, launch, localWork, moveWork, type Work } from "./instructions.ts";
import type { Environment, Look } from "./environment.ts";
import { Coin, type ElementCodec } from "./public.ts";
import { type Place, Registers } from "./registers.ts";
import { ofInstruction } from "./memory_errors.ts";
import { type Item, looped, play, type PreparedStage, type RecordedStage, recordStages, runStages } from "./stages.ts";
import { type Spent, Supply } from "./supply.ts";

/** How much memory a run takes. */
export interface Prepared {
  /** Bytes of linear memory for all registers. */
  readonly registerBytes: number;
  /** Where those lie that are not held by rows. */
  readonly area: Place;
  /** Where each lies. */
  readonly places: readonly Place[];
  /** What preprocessing took so far. */
  readonly spent: Readonly<Spent>;
  /** Makes material, as much as fits: to be run first. */
  preprocess(): Step<void>;
  /** Runs the program. Where material runs out it makes more. */
  run(): Step<void>;
}

/** Gives all registers their places and prepares all instructions. */
export function prepare<S extends Share>(
  tape: Tape,
  segments: readonly Segment[],
  protocol: Protocol<S>,
  environment: Environment,
): Prepared {
  const { demand } = predict(segments, protocol.target);
  const supply = demand.size === 0 ? null : new Supply(protocol, demand, environment.portion);
  const registers = new Registers(tape, segments, protocol, environment.spacing);
  const items: Item[] = [];
  new Preparation({ protocol, registers, coin: new Coin(protocol) }, environment, supply).block(segments, items);
  return {
    registerBytes: registers.bytes,
    area: registers.area,
    places: registers.places,
    spent: supply?.spent ?? { seconds: 0, rounds: 0, sent: new Array<number>(protocol.target.parties).fill(0) },
    preprocess: () => supply?.start() ?? nothing(),
    run: () => play(items),
  };
}

/** No step. */
function* nothing(): Step<void> {}

/** Turns segments into items. */
class Preparation<S extends Share> {
  readonly environment: Environment;
  /** Loops whose last pass is over and that only pad. */
  #silent = 0;

  constructor(readonly context: Context<S>, environment: Environment, readonly supply: Supply | null) {
    const { observe } = environment;
    this.environment = {
      ...environment,
      input: (...reading) => environment.input(...reading),
      print: (line) => this.#silent > 0 || environment.print(line),
      output: (value) => this.#silent > 0 || environment.output(value),
      metric: (name, value) => this.#silent > 0 || environment.metric(name, value),
      ...(observe === undefined ? {} : {
        observe: (instruction, look) => this.#silent > 0 || observe(instruction, look),
      }),
    };
  }

  block(segments: readonly Segment[], items: Item[]): void {
    for (const segment of segments) {
      switch (segment.kind) {
        case "stages":
          this.#stages(segment, items);
          break;
        case "loop":
          this.#loop(segment, items);
          break;
        case "check":
          items.push({ kind: "step", start: this.#check() });
          break;
        case "effect":
          items.push({ kind: "step", start: this.#effect(segment) });
      }
    }
  }

  #effect(segment: Extract<Segment, { kind: "effect" }>): () => Step<void> {
    const { instruction } = segment;
    const failed = this.#failed(instruction);
    const start = this.#alone(segment, effect(this.context, this.environment, segment));
    return function* () {
      try {
        yield* start();
      } catch (error) {
        throw failed(error);
      }
    };
  }

  #check(): () => Step<void> {
    const { protocol } = this.context;
    return this.#alone({ kind: "check" }, () => protocol.verify());
  }

  /** A step beside which no other is under way: its scratch is given back, and it begins when its material is there. */
  #alone(segment: Segment, step: () => Step<void>): () => Step<void> {
    const { memory } = this.context.protocol;
    const start = this.#supplied(segment, step);
    return function* () {
      const mark = memory.mark();
      yield* start();
      memory.release(mark);
    };
  }

  /** The step, once there is the material that its segment takes. */
  #supplied(segment: Segment, start: () => Step<void>, failed = (error: unknown) => error): () => Step<void> {
    const { supply, context: { protocol: { memory, target } } } = this;
    const { demand } = predict([segment], target);
    if (supply === null || demand.size === 0) return start;
    return function* () {
      const mark = memory.mark();
      try {
        yield* supply.need(demand);
      } catch (error) {
        throw failed(error);
      }
      memory.release(mark);
      yield* start();
    };
  }

  #stages(segment: Extract<Segment, { kind: "stages" }>, items: Item[]): void {
    const { protocol } = this.context;
    const { memory } = protocol;
    const stages = segment.stages.map(({ local, launches }): PreparedStage => ({
      local: local.flatMap((item) => this.#local(item)),
      launches: launches.map(({ instruction, call }) => ({
        start: launch(this.context, this.environment, instruction, call),
        failed: this.#failed(instruction),
      })),
    }));
    const recorded = this.#recorded(segment, stages);
    if (recorded !== null) {
      for (const stage of recorded) items.push({ kind: "work", ...stage });
      return;
    }
    const { environment: { pause } } = this;
    const taker = segment.stages.flatMap(({ local, launches }) => [...local, ...launches])
      .find((item) => "call" in item && protocol.target.cost(item.call).demand.size > 0) as Launch | undefined;
    const failed = taker === undefined ? (error: unknown) => error : this.#failed(taker.instruction);
    items.push({ kind: "step", start: this.#supplied(segment, () => runStages(stages, memory, pause), failed) });
  }

  /** Null where something has to be worked out anew each time: inputs, material, what an observer is shown. */
  #recorded(segment: Extract<Segment, { kind: "stages" }>, stages: readonly PreparedStage[]): RecordedStage[] | null {
    const { recorder, memory, target } = this.context.protocol;
    if (recorder === undefined || this.environment.observe !== undefined) return null;
    if (predict([segment], target).demand.size > 0) return null;
    for (const { local, launches } of segment.stages) {
      for (const item of [...local, ...launches]) {
        if ("call" in item && (item.call.op === "input" || !recorder.covers(item.call))) return null;
      }
    }
    return recordStages(stages, memory, recorder);
  }

  #loop({ loop, body, settled, checkEvery }: Extract<Segment, { kind: "loop" }>, items: Item[]): void {
    const { context } = this;
    const { memory } = context.protocol;
    const index = context.registers.indices(loop.index).at / 4;
    const enter = this.#atOnce(loop.params.flatMap((p, i) => moveWork(context, loop.init[i]!, p)));
    const count = (pass: number) => memory.words32[index] = pass;
    const { keep: keepStop, stop } = this.#stop(loop.stop);
    const padding = loop.pad === true ? this.#padding(loop, stop) : null;
    const carry = (items: Item[]) => {
      this.block(body, items);
      items.push({ kind: "work", work: this.#atOnce([...keepStop, ...this.#carry(loop)]), round: null });
      // Whether there is another pass shows in the traffic: a public branch.
      const check = this.#check();
      if (loop.stop !== null && !settled) items.push({ kind: "step", start: check });
      if (checkEvery === undefined) return;
      items.push({ kind: "step", start: () => (memory.words32[index]! + 1) % checkEvery === 0 ? check() : nothing() });
    };
    looped({ times: loop.times, enter, count, stop: padding?.stop ?? stop }, carry, items);
    if (padding !== null) items.push({ kind: "work", work: padding.leave, round: null });
  }

  /** Goes through all passes: what is carried after the last one that counts is kept aside, and nothing is told from there on. */
  #padding({ params }: RepeatOp, stop: () => boolean): { readonly stop: () => boolean; readonly leave: () => void } {
    const { registers, protocol: { memory } } = this.context;
    const places = params.map((p) => {
      const { at, bytes } = registers.place(p);
      return { at, bytes, kept: memory.allocate(bytes) };
    });
    let over = false;
    return {
      stop: () => {
        if (over || !stop()) return false;
        over = true;
        this.#silent++;
        for (const { at, bytes, kept } of places) memory.bytes.copyWithin(kept, at, at + bytes);
        return false;
      },
      leave: () => {
        if (!over) return;
        over = false;
        this.#silent--;
        for (const { at, bytes, kept } of places) memory.bytes.copyWithin(at, kept, kept + bytes);
      },
    };
  }

  /** Whether a pass is the last one. `keep`: before the results are carried, since the condition may be a carried value. */
  #stop(condition: Reg | null): { readonly keep: readonly Work[]; readonly stop: () => boolean } {
    if (condition === null) return { keep: [], stop: () => false };
    const { protocol: { memory }, registers } = this.context;
    const codec = registers.codecOf(registers.kind(condition));
    const { at: from } = registers.elements(condition);
    const bytes = 8 * codec.limbs;
    const kept = memory.allocate(bytes);
    const run = () => void memory.bytes.copyWithin(kept, from, from + bytes);
    return { keep: [{ run, touches: "memory" }], stop: () => codec.read(kept, 0) !== 0n };
  }

  /** Results become the next pass's parameters. */
  #carry({ params, results }: Extract<Segment, { kind: "loop" }>["loop"]): Work[] {
    const { context } = this;
    const { memory } = context.protocol;
    // A result that is another carried value's parameter would be overwritten by the first copies.
    const place = (r: Reg) => context.registers.place(r).at;
    const crossed = results.some((r, i) => params.some((p, j) => j !== i && place(p) === place(r)));
    if (!crossed) return params.flatMap((p, i) => moveWork(context, results[i]!, p));
    const places = params.map((p, i) => ({
      from: context.registers.place(results[i]!).at,
      through: memory.allocate(context.registers.place(p).bytes),
      to: context.registers.place(p),
    }));
    const run = () => {
      for (const { from, through, to } of places) memory.bytes.copyWithin(through, from, from + to.bytes);
      for (const { through, to } of places) memory.bytes.copyWithin(to.at, through, through + to.bytes);
    };
    return [{ run, touches: "memory" }];
  }

  /** Works as one function. */
  #atOnce(works: readonly Work[]): () => void {
    const { recorder, memory } = this.context.protocol;
    if (recorder === undefined) return () => works.forEach(({ run }) => run());
    return recordStages([{ local: works, launches: [] }], memory, recorder)[0]!.work;
  }

  /** Errors of memory name the instruction. */
  #failed(instruction: Instruction): (error: unknown) => unknown {
    const [to] = instruction.out;
    const shape = to === undefined ? undefined : this.context.registers.shape(to);
    return (error) => ofInstruction(error, instruction, shape);
  }

  /** The work of a local instruction or of one without rounds, seen by the observer if there is one. */
  #local(item: Instruction | Launch): Work[] {
    const instruction = "call" in item ? item.instruction : item;
    const failed = this.#failed(instruction);
    const works = attempt(
      failed,
      (): Work[] =>
        "call" in item
          ? [{
            run: immediate(launch(this.context, this.environment, instruction, item.call), item),
            touches: "protocol",
          }]
          : localWork(this.context, instruction),
    )
      .map(({ run, touches }): Work => ({ run: touches === "memory" ? run : () => attempt(failed, run), touches }));
    const { observe } = this.environment;
    if (observe === undefined) return works;
    return [...works, { run: () => observe(instruction, this.#look), touches: "both" }];
  }

  /** Registers as they are where the protocol hides nothing. */
  readonly #look: Look = {
    span: (r) => this.#inTheClear(r, (codec, elements) => codec.span(elements)),
    numbers: (r) => this.#inTheClear(r, (codec, elements) => codec.numbers(elements)),
    exact: (r) => this.#inTheClear(r, (codec, elements) => codec.all(elements)),
  };

  #inTheClear<T>(r: Reg, read: (codec: ElementCodec, elements: Elements) => T): T {
    const { protocol, registers } = this.context;
    const kind = registers.kind(r);
    if (!kind.secret) return read(registers.codecOf(kind), registers.elements(r));
    const { memory, target } = protocol;
    if (!target.clear) throw new TypeError(`Only a backend in the clear can be observed, not ${target.name}`);
    const { codec } = registers;
    const shape = registers.shape(r);
    const mark = memory.mark();
    const out = { shape, at: memory.scratch(8 * codec.limbs * sizeOf(shape)) };
    protocol.open({ op: "open", to: "all", shape, turn: 0 }, registers.share(r), out).next();
    const values = read(codec, out);
    memory.release(mark);
    return values;
  }
}

/** What `run` gives; where it fails the error is the one to go on with. */
function attempt<T>(failed: (error: unknown) => unknown, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw failed(error);
  }
}
