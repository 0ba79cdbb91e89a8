/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** A party's thread that also says how many bytes of its linear memory are not zero when it has ended. @module */
import { PartyMemory } from "@symbolon/kernels";
import "../engine/carriers/worker_party.ts";

/** Below this, kernels keep data of their own. */
const FIRST = 4096;

const post = self.postMessage.bind(self);
self.postMessage = (message: { type: string; result?: object }) => {
  if (message.type === "event") return post(message);
  post({
    type: "event",
    message: { type: "left", bytes: new PartyMemory().bytes.subarray(FIRST).filter((b) => b !== 0).length },
  });
  post(message);
};
