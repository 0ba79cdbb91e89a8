/** A process with helper threads, for `pool_test.ts`: it must end by itself. @module */
import { PartyMemory, ring } from "../mod.ts";
import { useThreads } from "../pool.ts";
import { startHelper } from "./helpers.ts";

const how = Deno.args[0];
const memory = new PartyMemory();
const n = 1 << 20;
const x = memory.allocate(8 * n);
const stop = useThreads(3, (init) => startHelper(init));
for (let i = 0; i < (how === "at once" ? 0 : 20); i++) ring.add(x, x, x, n);
// Time enough for helpers that have nothing to do to fall asleep.
if (how === "asleep") await new Promise((resolve) => setTimeout(resolve, 300));
stop();
console.log("stopped");
