/**
 * The contract suite catches what it is there to catch: the cleartext backend with one thing wrong at a time.
 *
 * @module
 */
import { assertThrows } from "@std/assert";
import { layout, PartyMemory } from "@symbolon/kernels";
import {
  type Backend,
  type Call,
  type CallOf,
  type Cost,
  linkTable,
  NO_DEMAND,
  type OperandCall,
  type Protocol,
  round,
  type Step,
} from "@symbolon/protocol";
import { checkProperty, type PropertyName } from "@symbolon/protocol/testing";
import { emulate, type Emulated, type Plain } from "./mod.ts";

type Change = (p: Emulated) => Partial<Protocol<Plain>>;

/** The cleartext backend with some methods of the protocol replaced. */
function changed(change: Change): Backend {
  return {
    ...emulate,
    *setup(self, options, party) {
      const p = (yield* emulate.setup(self, options, party)) as Emulated;
      return overlay(p, change(p));
    },
  };
}

function overlay(p: Emulated, methods: Partial<Protocol<Plain>>): Protocol {
  return new Proxy(p, {
    get(target, key) {
      if (Object.hasOwn(methods, key)) return Reflect.get(methods, key);
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** A protocol of which one operation is another: `other` runs the true one in its own way. */
function instead<K extends OperandCall["op"]>(
  op: K,
  other: (p: Emulated, call: CallOf<K>, x: Plain, out: Plain) => Step<void>,
): Change {
  const isMeant = (call: OperandCall): call is CallOf<K> => call.op === op;
  return (p) => ({
    step: (call, operands, out) => isMeant(call) ? other(p, call, operands[0]!, out) : p.step(call, operands, out),
  });
}

const NEAREST = { rounding: "nearest" } as const;

const faults: [string, PropertyName, string, Change][] = [
  [
    "sub() taken for add()",
    "add() is exact, whatever operand out is",
    "expected",
    (p) => ({ add: (x, y, out) => p.sub(x, y, out) }),
  ],
  ["addPublic() that reads one constant only", "addPublic() is exact, in place too", "expected", (p) => ({
    addPublic: (x, c, out) => p.addPublic(x, { shape: [], at: c.at }, out),
  })],
  ["write() that clears the rest", "write() changes its window and nothing else", "expected", (p) => ({
    write(x, window, out) {
      layout.clear(out.at, 8 * out.n);
      p.write(x, window, out);
    },
  })],
  ["copy() that writes too much", "copy() keeps elements in order", "wrote behind a share", (p) => ({
    copy: (x, out) => layout.copy(out.at, x.at, p.bytes(x.shape) + 8),
  })],
  [
    "nearest rounding by chance",
    "trunc() with nearest rounding is exact",
    "nearest",
    instead(
      "trunc",
      (p, call, x, out) => p.step({ ...call, trunc: { ...call.trunc, rounding: "probabilistic" } }, [x], out),
    ),
  ],
  [
    "probabilistic rounding always to nearest",
    "probabilistic rounding is unbiased",
    "rounded up",
    instead("trunc", (p, call, x, out) => p.step({ ...call, trunc: { ...call.trunc, ...NEAREST } }, [x], out)),
  ],
  [
    "thresholds reached one too late",
    "piecewise() is exact at, below and above every threshold",
    "thresholds reached",
    instead(
      "piecewise",
      (p, call, x, out) => p.step({ ...call, thresholds: call.thresholds.map((t) => t + 1n) }, [x], out),
    ),
  ],
  [
    "a shuffle that takes the rows' elements apart",
    "shuffle() keeps all rows, and keeps them whole",
    "is lost",
    instead(
      "shuffle",
      (p, call, x, out) => p.step({ ...call, shape: [x.n] }, [{ ...x, shape: [x.n] }], { ...out, shape: [x.n] }),
    ),
  ],
  [
    "a shuffle that only turns rows round",
    "shuffle() gives every order alike, and another one each time",
    "the six orders came",
    instead("shuffle", function* (p, call, x, out) {
      yield* p.step(call, [x], out);
      const at = p.memory.words[out.at / 8] === 0n ? 0 : 1;
      p.write(x, { shape: x.shape, offset: at * (x.n - 1), strides: [at === 0 ? 1 : -1] }, out);
    }),
  ],
  ["a coin that repeats", "coin() is the same at all parties and never repeats", "twice", (p) => ({
    coin: (at, bytes) => layout.clear(at, Math.min(bytes, p.memory.bytes.length)),
  })],
  [
    "a round that is not declared",
    "steps in parallel share their rounds",
    "takes 1",
    instead("decompose", function* (p, call, x, out) {
      yield round([], []);
      yield* p.step(call, [x], out);
    }),
  ],
];

for (const [fault, property, message, change] of faults) {
  Deno.test(`the contract catches ${fault}`, () => {
    assertThrows(() => check(property, changed(change)), Error, message);
  });
}

/** Two parties that send inputs in the clear: right results, true costs, no privacy. */
const exposed: Backend = {
  name: "exposed",
  target: (options) => ({
    ...emulate.target(options),
    parties: 2,
    clear: false,
    cost(call: Call): Cost {
      const links = linkTable(2);
      if (call.op !== "input") return { rounds: 0, links, demand: NO_DEMAND };
      links[call.owner]![1 - call.owner] = 8 * call.shape.reduce((n, d) => n * d, 1);
      return { rounds: 1, links, demand: NO_DEMAND };
    },
  }),
  *setup(self, options, party) {
    const entropy = (buffer: Uint8Array) => void buffer.fill(1);
    const p = (yield* emulate.setup(0, options, { ...party, entropy })) as Emulated;
    return overlay(p, {
      self,
      target: this.target(options),
      *input({ owner }, value, out) {
        const peer = 1 - self, bytes = 8 * out.n;
        if (owner === self) {
          value!(out.at, out.n);
          yield round([{ peer, at: out.at, bytes }], []);
        } else yield round([], [{ peer, at: out.at, bytes }]);
      },
    });
  },
};

Deno.test("the contract catches inputs sent in the clear, and nothing else in that backend", () => {
  const properties: PropertyName[] = [
    "input() and open() are exact for every owner and receiver",
    "all parties agree on the target and know their index",
    "steps in parallel share their rounds",
    "sequences of steps run in parallel",
    "tensors without elements are no exception",
    "products() with probabilistic truncation are within one unit",
  ];
  for (const property of properties) check(property, exposed);
  const masks = "messages change with fresh randomness though inputs do not";
  assertThrows(() => check(masks, exposed), Error, "carries no fresh mask");
});

Deno.test("the contract catches parties that disagree", () => {
  const backend: Backend = {
    ...exposed,
    *setup(self, options, party) {
      const p = (yield* exposed.setup(self, options, party)) as Emulated;
      return self === 0 ? p : overlay(p, { add: (x, y, out) => p.sub(x, y, out) });
    },
  };
  assertThrows(() => check("add() is exact, whatever operand out is", backend), Error, "but party 1 sees");
});

function check(property: PropertyName, backend: Backend): void {
  checkProperty(property, backend, { options: {}, makeMemory: () => new PartyMemory(), runs: 20 });
}
