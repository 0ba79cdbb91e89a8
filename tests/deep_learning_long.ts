/** Networks trained for real: all of MNIST, and LeNet on a part of it. Minutes: `deno task test:long`. */
import { assertAlmostEquals, assertEquals, assertGreater, assertLess, assertMatch } from "@std/assert";
import { run } from "../mod.ts";
import { testWith } from "./permissions.ts";
import { finish, report, Site, start } from "./site.ts";

const NEEDS = ["read", "write", "run", "env"] as const;

/** A program's run in a process of its own: what it reports, the test figures by epoch, and megabytes at the most. */
async function trained(args: readonly string[]) {
  const site = await Site.make(0);
  try {
    await Deno.mkdir(site.folder(0), { recursive: true });
    const child = start(site.folder(0), ["run", "--json", ...args]);
    const peak = watchMemory(child.pid);
    const finished = await finish(child);
    assertEquals(finished.code, 0, finished.err);
    const curve = [...finished.out.matchAll(/test: cross entropy ([\d.]+), accuracy ([\d.]+)/g)];
    return {
      ...report(finished),
      losses: curve.map(([, loss]) => Number(loss)),
      accuracies: curve.map(([, , accuracy]) => Number(accuracy)),
      megabytes: await peak,
    };
  } finally {
    site.dispose();
  }
}

/** The most memory that a process ever had, as far as the system tells: 0 where it does not. All parties are threads of it. */
async function watchMemory(pid: number): Promise<number> {
  for (let megabytes = 0;; await new Promise((resolve) => setTimeout(resolve, 500))) {
    const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(status) ?? [];
    if (kilobytes === undefined) return megabytes;
    megabytes = Number(kilobytes) / 1000;
  }
}

testWith(
  NEEDS,
  "torch_mnist_dense 1 2 reaches 0.93 on all of MNIST among three parties, in less than 3 GB",
  async () => {
    const { metrics, megabytes } = await trained(["-E", "ring", "torch_mnist_dense", "1", "2"]);
    assertGreater(metrics.testAccuracy, 0.93);
    if (Deno.build.os === "linux") assertGreater(megabytes, 100);
    assertLess(megabytes, 3000);
  },
);

testWith(NEEDS, "torch_mnist_lenet learns a thousand digits to 0.8, under ring as under emulate", async () => {
  const args = ["--samples", "1000", "--public-seed", "1", "torch_mnist_lenet", "3", "2"];
  const ring = await trained(["-E", "ring", ...args]);
  const clear = await trained(["-E", "emulate", ...args]);
  assertGreater(ring.metrics.testAccuracy, 0.8);
  assertEquals(ring.losses.length, 3);
  ring.losses.forEach((loss: number, i: number) => assertAlmostEquals(loss, clear.losses[i]!, 0.1));
  ring.accuracies.forEach((share: number, i: number) => assertAlmostEquals(share, clear.accuracies[i]!, 0.04));
});

testWith(
  NEEDS,
  "keras_mnist_lenet batch4 batchnorm prints the same under ring and emulate with nearest rounding",
  async () => {
    const { default: program } = await import("../programs/keras_mnist_lenet.ts");
    const nearest = (backend: string) =>
      run(program, { backend, samples: 4, args: ["batch4", "batchnorm", "nearest"], publicSeed: 2 });
    const [ring, clear] = [await nearest("ring"), await nearest("emulate")];
    assertEquals(ring.printed, clear.printed);
    assertMatch(ring.printed.join("\n"), /accuracy [\d.]+ \(\d+\/\d+\)/);
    assertEquals(ring.rounds, ring.predicted.rounds);
    assertEquals(ring.bytes.total, ring.predicted.bytes);
  },
);
