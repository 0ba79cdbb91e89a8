/**
 * Runs a scheduled tape with a protocol. Knows neither programs nor transports.
 *
 * Everything is prepared before the run: places in memory, handles, one closure an instruction. Running then allocates nothing
 * but the steps themselves.
 *
 * @module
 */
import {
  type Call,
  type Elements,
  type Indices,
  merge,
  type Protocol,
  type Round,
  type Share,
  sizeOf,
  type Step,
  stridesOf,
} from "@symbolon/protocol";
import {
  type Instruction,
  type Launch,
  type Op,
  predict,
  type Reg,
  type Segment,
  type Stage,
  type Tape,
} from "@symbolon/compiler";
import type { Environment } from "./environment.ts";
import { plan } from "./plan.ts";
import { formatTensor, published } from "./published.ts";
import { type Spent, Supply } from "./supply.ts";
import { Coin, computePublic, copyPublic, ElementCodec } from "./public.ts";

/** A part of the program, ready to run. */
type Runnable = () => Step<void>;

/** Work between two rounds. */
interface PreparedStage {
  readonly local: readonly (() => void)[];
  readonly launches: readonly (() => Step<void>)[];
}

/** How much memory a run takes. */
export interface Prepared {
  /** Bytes of linear memory for all registers. */
  readonly registerBytes: number;
  /** What preprocessing took so far. */
  readonly spent: Readonly<Spent>;
  /** Makes material, as much as fits: to be run first. */
  preprocess(): Step<void>;
  /** Runs the program. Where material runs out it makes more. */
  run(): Step<void>;
}

/** Plans memory and prepares all instructions. */
export function prepare<S extends Share>(
  tape: Tape,
  segments: readonly Segment[],
  protocol: Protocol<S>,
  environment: Environment,
): Prepared {
  const supply = new Supply(protocol, predict(segments, protocol.target).demand);
  const machine = new Machine(tape, segments, protocol, environment, supply);
  return {
    registerBytes: machine.registerBytes,
    spent: supply.spent,
    preprocess: () => supply.start(),
    run: machine.prepare(segments),
  };
}

/** The registers of one party and the preparation of instructions over them. */
class Machine<S extends Share> {
  readonly registerBytes: number;
  readonly #shares: S[] = [];
  readonly #elements: Elements[] = [];
  readonly #indices: Indices[] = [];
  readonly #codec: ElementCodec;
  readonly #coin: Coin;
  readonly #copies: { at: number; bytes: number }[] = [];

  constructor(
    readonly tape: Tape,
    segments: readonly Segment[],
    readonly protocol: Protocol<S>,
    readonly environment: Environment,
    readonly supply: Supply,
  ) {
    this.#codec = new ElementCodec(protocol.memory, protocol.target.domain);
    this.#coin = new Coin(protocol);
    const bytesOf = (r: Reg) => {
      const { shape, kind } = tape.registers[r]!;
      if (kind.secret) return protocol.bytes(shape);
      const n = sizeOf(shape);
      return Math.ceil((kind.type === "index" ? 4 * n : 8 * this.#codec.limbs * n) / 16) * 16;
    };
    const { offsets, bytes } = plan(tape, segments, bytesOf);
    this.registerBytes = bytes;
    const base = protocol.memory.allocate(bytes);
    tape.registers.forEach(({ shape, kind }, r) => {
      if (offsets[r]! < 0) return;
      const at = base + offsets[r]!;
      this.#copies[r] = { at, bytes: bytesOf(r) };
      if (kind.type === "index") this.#indices[r] = { count: sizeOf(shape), at };
      else if (kind.secret) this.#shares[r] = protocol.at(shape, at);
      else this.#elements[r] = { shape, at };
    });
  }

  /** A block's segments one after the other. */
  prepare(segments: readonly Segment[]): Runnable {
    const parts = segments.map((s) => this.#segment(s));
    if (parts.length === 1) return parts[0]!;
    return function* () {
      for (const part of parts) yield* part();
    };
  }

  #segment(segment: Segment): Runnable {
    switch (segment.kind) {
      case "stages":
        return this.#supplied(segment, this.#stages(segment.stages));
      case "loop":
        return this.#loop(segment);
      case "effect":
        return this.#effect(segment.instruction, segment.call);
    }
  }

  /** The part with its material there before it begins. */
  #supplied(segment: Segment, part: Runnable): Runnable {
    const { demand } = predict([segment], this.protocol.target);
    if (demand.size === 0) return part;
    const { supply } = this;
    return function* () {
      yield* supply.need(demand);
      yield* part();
    };
  }

  /** Steps that run at the same time exchange their messages in common rounds. */
  #stages(stages: readonly Stage[]): Runnable {
    const { memory } = this.protocol;
    const prepared: PreparedStage[] = stages.map(({ local, launches }) => ({
      local: local.map((item) => this.#observed(item)),
      launches: launches.map(({ instruction, call }) => this.#launch(instruction, call)),
    }));
    return function* () {
      const mark = memory.mark();
      const live: Step<void>[] = [];
      const rounds: Round[] = [];
      for (const { local, launches } of prepared) {
        rounds.length = 0;
        let kept = 0;
        for (const step of live) {
          const at = step.next();
          if (at.done) continue;
          rounds.push(at.value);
          live[kept++] = step;
        }
        live.length = kept;
        if (kept === 0) memory.release(mark);
        for (const run of local) run();
        for (const start of launches) {
          const step = start();
          const at = step.next();
          if (at.done) continue;
          rounds.push(at.value);
          live.push(step);
        }
        if (rounds.length > 0) yield merge(rounds);
      }
      if (live.length > 0) throw new Error("internal: a step takes more rounds than declared");
      memory.release(mark);
    };
  }

  #loop({ loop, body }: Extract<Segment, { kind: "loop" }>): Runnable {
    const pass = this.prepare(body);
    const { memory } = this.protocol;
    const copies = loop.params.map((p, i) => ({ to: this.#copies[p]!, init: loop.init[i]!, result: loop.results[i]! }));
    const index = this.#indices[loop.index]!.at / 4;
    const move = (to: { at: number; bytes: number }, from: Reg) => {
      const source = this.#copies[from]!.at;
      if (source !== to.at) memory.bytes.copyWithin(to.at, source, source + to.bytes);
    };
    // A result that is another carried value's parameter would be overwritten by the first copies.
    const crossed = loop.results.some((r, i) => loop.params.includes(r) && loop.params[i] !== r);
    const through = crossed ? copies.map(({ to }) => this.protocol.memory.allocate(to.bytes)) : [];
    return function* () {
      for (const { to, init } of copies) move(to, init);
      for (let i = 0; i < loop.times; i++) {
        memory.words32[index] = i;
        yield* pass();
        if (crossed) {
          copies.forEach(({ to, result }, k) => move({ at: through[k]!, bytes: to.bytes }, result));
          copies.forEach(({ to }, k) => memory.bytes.copyWithin(to.at, through[k]!, through[k]! + to.bytes));
        } else for (const { to, result } of copies) move(to, result);
      }
    };
  }

  /** What leaves the program does so after `verify()`, in program order. */
  #effect({ does }: Instruction, call: Call | null): Runnable {
    const { protocol, environment } = this;
    const { registers } = this.tape;
    const value = (r: Reg) => published(this.#codec, this.#elements[r]!, registers[r]!.kind);
    switch (does.op) {
      case "print": {
        const line = () => {
          let k = 0;
          return does.format.replace(/%[s%]/g, (sign) => {
            if (sign === "%%") return "%";
            const r = does.args[k++]!;
            if (registers[r]!.kind.type === "index") return String(protocol.memory.words32[this.#indices[r]!.at / 4]);
            return formatTensor(value(r), registers[r]!.shape);
          });
        };
        return function* () {
          yield* protocol.verify();
          environment.print(line());
        };
      }
      case "metric":
        return function* () {
          yield* protocol.verify();
          environment.metric(does.name, Number(value(does.x)[0]));
        };
      case "output": {
        const { shape, kind } = registers[does.x]!;
        const give = (elements: Elements) =>
          environment.output({
            label: does.label,
            party: does.to,
            shape,
            kind,
            values: published(this.#codec, elements, kind),
          });
        if (call === null || call.op !== "open") {
          const known = this.#elements[does.x]!;
          return function* () {
            yield* protocol.verify();
            give(known);
          };
        }
        const learns = does.to === "all" || does.to === protocol.self || protocol.target.clear;
        const out = learns ? { shape, at: protocol.memory.allocate(8 * this.#codec.limbs * sizeOf(shape)) } : null;
        const x = this.#shares[does.x]!;
        return function* () {
          yield* protocol.verify();
          yield* protocol.open(call, x, out);
          yield* protocol.verify();
          if (out !== null) give(out);
        };
      }
      default:
        throw new Error(`internal: ${does.op} is no effect`);
    }
  }

  /** A local instruction, seen by the observer if there is one. */
  #observed(item: Instruction | Launch): () => void {
    const [instruction, run] = "call" in item ? [item.instruction, this.#immediate(item)] : [item, this.#local(item)];
    const { observe } = this.environment;
    if (observe === undefined) return run;
    return () => {
      run();
      observe(instruction, (r) => this.#inTheClear(r));
    };
  }

  /** A register's values where the protocol hides nothing. */
  #inTheClear(r: Reg): bigint[] {
    const { shape, kind } = this.tape.registers[r]!;
    if (!kind.secret) return this.#codec.all(this.#elements[r]!);
    const { memory, target } = this.protocol;
    if (!target.clear) throw new TypeError(`Only a backend in the clear can be observed, not ${target.name}`);
    const mark = memory.mark();
    const out = { shape, at: memory.scratch(8 * this.#codec.limbs * sizeOf(shape)) };
    this.protocol.open({ op: "open", to: "all", shape, turn: 0 }, this.#shares[r]!, out).next();
    const values = this.#codec.all(out);
    memory.release(mark);
    return values;
  }

  /** An interactive instruction without rounds. */
  #immediate({ instruction, call }: Launch): () => void {
    const start = this.#launch(instruction, call);
    return () => {
      if (!start().next().done) throw new Error(`internal: ${call.op} takes more rounds than declared`);
    };
  }

  #launch({ does, out }: Instruction, call: Call): () => Step<void> {
    const { protocol } = this;
    const share = (r: Reg) => this.#shares[r]!;
    const to = out[0]!;
    switch (call.op) {
      case "input": {
        const { shape, kind } = this.tape.registers[to]!;
        const source = does.op === "input" ? does.source : "binary";
        return () => {
          if (call.owner !== protocol.self && !protocol.target.clear) return protocol.input(call, null, share(to));
          const n = sizeOf(shape);
          const values = this.environment.input(call.owner, source, kind, n);
          const at = protocol.memory.scratch(8 * this.#codec.limbs * n);
          this.#codec.writeAll(at, values);
          return protocol.input(call, { shape, at }, share(to));
        };
      }
      case "products": {
        const operands = does.op === "product"
          ? [...does.terms.flatMap(({ x, y }) => [x, y]), ...(does.addend === null ? [] : [does.addend])]
          : [];
        const shares = operands.map(share);
        return () => protocol.products(call, shares, share(to));
      }
      case "trunc":
        return () => protocol.trunc(call, share(operand(does)), share(to));
      case "piecewise":
        return does.op === "piecewise" && does.slopes !== null
          ? () => protocol.piecewise(call, share(does.x), share(to), share(does.slopes!.factor))
          : () => protocol.piecewise(call, share(operand(does)), share(to));
      case "decompose":
        return () => protocol.decompose(call, share(operand(does)), share(to));
      case "shuffle":
        return () => protocol.shuffle(call, share(operand(does)), share(to));
      case "open":
        return () => protocol.open(call, share(operand(does)), this.#elements[to]!);
      case "verify":
        return () => protocol.verify();
    }
  }

  #local({ does, out }: Instruction): () => void {
    const p = this.protocol;
    const to = out[0]!;
    const { shape, kind } = this.tape.registers[to]!;
    const share = (r: Reg) => this.#shares[r]!;
    const elements = (r: Reg) => this.#elements[r]!;
    const isSecret = (r: Reg) => this.tape.registers[r]!.kind.secret;
    switch (does.op) {
      case "constant":
        return () => does.values.forEach((v, i) => this.#codec.write(elements(to).at, i, v));
      case "share":
        return () => p.constant(elements(does.x), share(to));
      case "add":
        return () => p.add(share(does.x), share(does.y), share(to));
      case "sub":
        return () => p.sub(share(does.x), share(does.y), share(to));
      case "negate":
        return () => p.negate(share(does.x), share(to));
      case "addPublic":
        return () => p.addPublic(share(does.x), elements(does.c), share(to));
      case "mulPublic":
        return () => p.mulPublic(share(does.x), elements(does.c), share(to));
      case "window": {
        const window = { shape, offset: does.offset, strides: does.strides };
        if (isSecret(does.x)) {
          return sizeOf(shape) === sizeOf(this.tape.registers[does.x]!.shape) && isWhole(window)
            ? () => p.copy(share(does.x), share(to))
            : () => p.read(share(does.x), window, share(to));
        }
        const target = { at: elements(to).at, offset: 0, strides: stridesOf(shape) };
        return () => copyPublic(this.#codec, shape, { at: elements(does.x).at, ...window }, target);
      }
      case "concat": {
        const parts = does.parts.map((part) => ({ ...part, shape: this.tape.registers[part.x]!.shape }));
        if (kind.secret) {
          return () => {
            for (const part of parts) p.write(share(part.x), part, share(to));
          };
        }
        return () => {
          for (const part of parts) {
            const from = { at: elements(part.x).at, offset: 0, strides: stridesOf(part.shape) };
            copyPublic(this.#codec, part.shape, from, { at: elements(to).at, ...part });
          }
        };
      }
      case "gather": {
        const rows = this.#indices[does.rows]!;
        const start = does.start === null ? null : this.#indices[does.start]!.at / 4;
        const count = shape[0]!;
        return () => {
          const first = start === null ? 0 : p.memory.words32[start]! * does.stride;
          if (first + count > rows.count) {
            throw new RangeError(`Rows ${first} to ${first + count} of a list of ${rows.count} do not exist`);
          }
          p.gather(share(does.x), { count, at: rows.at + 4 * first }, share(to));
        };
      }
      case "scatter": {
        const rows = this.#indices[does.rows]!;
        return () => {
          const mark = p.memory.mark();
          const at = p.memory.scratch(4 * rows.count);
          invert(p.memory.words32, rows, at / 4);
          p.gather(share(does.x), { count: rows.count, at }, share(to));
          p.memory.release(mark);
        };
      }
      case "rows": {
        const rows = this.#indices[to]!;
        return () => {
          for (let i = 0; i < rows.count; i++) {
            const row = this.#codec.read(elements(does.x).at, i);
            if (row < 0n || row >= BigInt(does.below)) {
              throw new RangeError(`A row number is not from 0 to ${does.below - 1}, at place ${i} of ${rows.count}`);
            }
            p.memory.words32[rows.at / 4 + i] = Number(row);
          }
        };
      }
      case "cumsum":
        return () => p.cumsum(share(does.x), share(to));
      case "sum":
        return () => p.sum(share(does.x), does.axis, share(to));
      case "public": {
        const public_ = (r: Reg) => ({ elements: elements(r), kind: this.tape.registers[r]!.kind });
        return () => computePublic(this.#codec, does.fn, public_(does.x), public_(does.y), public_(to));
      }
      case "permutation": {
        const rows = this.#indices[to]!;
        return () => p.memory.words32.set(this.#coin.permutation(does.n, rows.count), rows.at / 4);
      }
      case "offset": {
        const [from, at] = [this.#indices[does.x]!.at / 4, this.#indices[to]!.at / 4];
        return () => p.memory.words32[at] = p.memory.words32[from]! + does.by;
      }
      case "uniform":
        return () => {
          const scale = 2 ** kind.f;
          for (let i = 0; i < sizeOf(shape); i++) {
            const u = this.#coin.word() / 2 ** 32;
            this.#codec.write(elements(to).at, i, BigInt(Math.floor((does.low + (does.high - does.low) * u) * scale)));
          }
        };
      default:
        throw new Error(`internal: ${does.op} is not local`);
    }
  }
}

/** The place of every row number in a list that holds each once. @throws {RangeError} if it does not */
function invert(words: Uint32Array, { count, at }: Indices, to: number): void {
  const none = 2 ** 32 - 1;
  words.fill(none, to, to + count);
  for (let i = 0; i < count; i++) {
    const row = words[at / 4 + i]!;
    if (row >= count || words[to + row] !== none) {
      throw new RangeError(`scatter() needs each row number from 0 to ${count - 1} once`);
    }
    words[to + row] = i;
  }
}

/** The one operand of an operation. */
function operand(does: Op): Reg {
  if (!("x" in does)) throw new Error(`internal: ${does.op} has no operand x`);
  return does.x;
}

/** Whether a window takes all elements in order. */
function isWhole({ shape, offset, strides }: { shape: readonly number[]; offset: number; strides: readonly number[] }) {
  return offset === 0 && stridesOf(shape).every((s, d) => s === strides[d]);
}
