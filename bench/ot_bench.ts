/**
 * Oblivious transfers, triples and random bits a second on one core, beside rounds and bytes. Run with
 * `deno run -A bench/ot_bench.ts`.
 *
 * All parties take turns in one thread: where each has a core of its own, the time is divided by their number.
 *
 * @module
 */
import { PartyMemory } from "@symbolon/kernels";
import {
  bitTriples,
  checkedBytes,
  type CheckedTransfers,
  daBits,
  eachPart,
  extensionBytes,
  loadGroup,
  matrixTriple,
  OtReceiver,
  OtSender,
  PART,
  rowBytes,
  rowsBytes,
  setupChecked,
  setupOt,
  systemEntropy,
  triples,
} from "@symbolon/primitives";
import { lockstep, type Step } from "@symbolon/protocol";

const REPEATS = 5;

/** What MP-SPDZ's semi2k takes for two parties, preprocessing included. */
const REFERENCE = [
  ["100,000 multiplications", 0.605, 311],
  ["1,000,000 multiplications", 10.4, NaN],
  ["100×100×100 matrix product", 7.06, 3124],
] as const;

/** Seconds of the fastest of a few calls, after one to warm up. */
function fastest(call: () => void, repeats = REPEATS): number {
  let best = Infinity;
  for (let i = 0; i <= repeats; i++) {
    const start = performance.now();
    call();
    if (i > 0) best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}

function extensions(): void {
  const n = 1 << 18, memory = new PartyMemory();
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  console.log("one end, one core                          million a second");
  const line = (name: string, seconds: number) => console.log(`  ${name.padEnd(40)} ${(n / seconds / 1e6).toFixed(2)}`);
  for (const k of [1, 2, 4, 8] as const) {
    const leaves = Array.from({ length: 128 / k }, () => Array.from({ length: 1 << k }, () => random(32)));
    const receiver = new OtReceiver(memory, { k, leaves, salt: random(16) });
    const sender = new OtSender(memory, random(16), { k, leaves, salt: random(16) });
    const message = memory.allocate(extensionBytes(n, k)), choices = memory.allocate(n / 8);
    const rows = memory.allocate(rowBytes(PART)), out = memory.allocate(8 * PART);
    const bytes = extensionBytes(n, k) / n;
    line(
      `receiver, k = ${k}, ${bytes} bytes each`,
      fastest(() => {
        const from = receiver.reserve(n);
        eachPart(
          receiver,
          n,
          message,
          (first, count, part) => receiver.part({ at: rows, count, from }, choices + first / 8, part),
        );
      }),
    );
    line(
      `sender, k = ${k}`,
      fastest(() => {
        const from = sender.reserve(n);
        eachPart(sender, n, message, (_, count, part) => sender.part({ at: rows, count, from }, part));
      }),
    );
    if (k !== 4) continue;
    const { pads } = sender;
    const each = (use: (tweak: bigint) => void) => () => {
      for (let i = 0; i < n; i += PART) use(BigInt(i));
    };
    line("pads of a word", fastest(each((tweak) => pads.words({ at: rows, n: PART, offset: pads.zero, tweak }, out))));
    line("pads of a bit", fastest(each((tweak) => pads.bits({ at: rows, n: PART, offset: pads.zero, tweak }, out))));
  }
}

function protocols(parties: number): void {
  const memories = Array.from({ length: parties }, () => new PartyMemory());
  const session = new TextEncoder().encode("bench");
  const all = <T>(step: (self: number) => Step<T>) => {
    const marks = memories.map((memory) => memory.mark());
    const run = lockstep(memories.map((memory, self) => ({ memory, step: step(self) })));
    memories.forEach((memory, p) => memory.release(marks[p]!));
    return run;
  };
  console.log(`\n${parties} parties in one thread`.padEnd(44) + "seconds     a second   rounds   MB in all");
  const measure = (name: string, n: number, repeats: number, step: (self: number) => Step<unknown>) => {
    let traffic: { rounds: number; sent: readonly number[] }[] = [];
    const seconds = fastest(() => traffic = all(step).traffic, repeats);
    const bytes = traffic.reduce((sum, { sent }) => sent.reduce((s, b) => s + b, sum), 0);
    console.log(
      `  ${name.padEnd(40)}${seconds.toFixed(3).padStart(8)} ${Math.round(n / seconds).toString().padStart(12)} ` +
        `${traffic[0]!.rounds.toString().padStart(8)} ${(bytes / 1e6).toFixed(2).padStart(11)}`,
    );
  };
  const setup = (self: number) => setupOt({ self, parties, memory: memories[self]!, entropy: systemEntropy, session });
  measure("set-up", 1, 2, setup);
  const members = all(setup).results;
  const words = 100_000;
  const at = memories.map((memory) => {
    const part = () => memory.allocate(8 * words);
    return { a: part(), b: part(), c: part() };
  });
  for (const n of [1000, 10_000, 100_000]) {
    measure(`${n} triples`, n, n > 10_000 ? 2 : REPEATS, (p) => triples(members[p]!, n, at[p]!));
  }
  for (const size of [[10, 10, 10], [100, 100, 100], [128, 784, 1]] as const) {
    const count = size[0] * size[1] * size[2];
    measure(`matrix triple ${size.join("×")}`, count, 1, (p) => matrixTriple(members[p]!, size, at[p]!));
  }
  measure("1,000,000 AND triples", 1e6, 2, (p) => bitTriples(members[p]!, 1e6, at[p]!));
  measure("100,000 daBits", 1e5, 2, (p) => daBits(members[p]!, 1e5, { plane: at[p]!.a, words: at[p]!.c }));
}

/** Transfers with checks, in both directions of a pair. */
function checked(): void {
  const memories = [new PartyMemory(), new PartyMemory()], session = new TextEncoder().encode("bench");
  const both = <T>(step: (self: number) => Step<T>) => {
    const marks = memories.map((memory) => memory.mark());
    const run = lockstep(memories.map((memory, self) => ({ memory, step: step(self) })));
    memories.forEach((memory, p) => memory.release(marks[p]!));
    return run.results;
  };
  console.log("\nchecked transfers, both ends in one thread");
  for (const k of [2, 4, 8] as const) {
    let purpose = 0, links: readonly CheckedTransfers[] = [];
    const seconds = fastest(() => {
      const options = { k, use: "pads", purpose: `${k} ${purpose++}` } as const;
      links = both((self) =>
        setupChecked({ self, peer: 1 - self, memory: memories[self]!, entropy: systemEntropy, session }, options)
      );
    }, 2);
    console.log(`  set-up, k = ${k}`.padEnd(42) + ` ${seconds.toFixed(3)} s`);
    for (const n of [1000, 1 << 17]) {
      const places = memories.map((memory) => {
        const rows = () => memory.allocate(rowsBytes(n));
        return { send: { n, rows: rows() }, receive: { n, rows: rows(), choices: memory.allocate(n / 8) } };
      });
      const each = fastest(() => both((self) => links[self]!.extend(places[self]!)));
      console.log(
        `  ${n} each way, k = ${k}`.padEnd(42) + ` ${(2 * n / each / 1e6).toFixed(2)} million a second, ` +
          `${(checkedBytes({ send: n, receive: n }, k) / n).toFixed(2)} bytes each`,
      );
    }
  }
}

extensions();
await loadGroup();
checked();
for (const parties of Deno.args.length > 0 ? Deno.args.map(Number) : [2, 3]) protocols(parties);
console.log("\nMP-SPDZ, semi2k, 2 parties, each on a core of its own (for comparison)");
for (const [name, seconds, megabytes] of REFERENCE) {
  console.log(
    `  ${name.padEnd(40)}${seconds.toFixed(3).padStart(8)}${Number.isNaN(megabytes) ? "" : `   ${megabytes} MB`}`,
  );
}
