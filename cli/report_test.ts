/** What scripts read of a run's end keeps its names. @module */
import { assertEquals } from "@std/assert";
import { type Finished, report } from "./report.ts";

const FILES = [{ name: "Player-Data/Preprocessing-semi2k-P1-of-2-5c48", bytes: 5783 }];
const SPENT = { from: "run", seconds: 0.5, rounds: 11, bytes: 71_948 } as const;
const FINISHED: Finished = {
  ...{ program: "sum", args: ["4"], backend: "semi2k", parties: 2, transport: "tcp", threads: 1, tapeHash: "5c48" },
  ...{ seconds: 0.75, rounds: 7, sent: [0, 24], preprocessing: SPENT, metrics: { accuracy: 0.5 } },
  outputs: [{ label: "sum", party: 1, shape: [2], values: [1.5, 2n ** 60n] }],
};
const COMMON = {
  ...{ program: "sum", args: ["4"], backend: "semi2k", parties: 2, transport: "tcp", tapeHash: "5c48", seconds: 0.75 },
  ...{ rounds: 7, preprocessing: SPENT, metrics: { accuracy: 0.5 } },
  outputs: [{ label: "sum", party: 1, shape: [2], values: [1.5, "1152921504606846976"] }],
};
const json = (finished: Finished) => JSON.parse(report(finished, true));

Deno.test("a run of all parties reports bytes by party and all files of material", () => {
  const bytes = { perParty: [0, 24], total: 24 };
  assertEquals(json({ ...FINISHED, compileSeconds: 0.1 }), { ...COMMON, compileSeconds: 0.1, bytes });
  const preprocessing = { ...SPENT, files: FILES };
  assertEquals(json({ ...FINISHED, preprocessing }), { ...COMMON, bytes, preprocessing });
});

Deno.test("a party over a network reports bytes by receiver and the one file that it has written", () => {
  const finished = { ...FINISHED, party: 0 },
    common = { ...COMMON, party: 0, bytes: { perReceiver: [0, 24], total: 24 } };
  assertEquals(json(finished), common);
  assertEquals(json({ ...finished, preprocessing: { ...SPENT, files: FILES } }), {
    ...common,
    preprocessing: { ...SPENT, file: FILES[0] },
  });
});
