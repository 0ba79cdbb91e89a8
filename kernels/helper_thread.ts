/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * A helper thread: the worker behind `useThreads`.
 *
 * @module
 */
import { given } from "./given_memory.ts";
import { CallBoard } from "./call_board.ts";
import type { HelperInit } from "./pool.ts";

self.onmessage = async ({ data: { memory, board, scratch } }: MessageEvent<HelperInit>) => {
  given.memory = memory;
  const { KERNELS } = await import("./build/table.ts");
  new CallBoard(KERNELS, scratch, board).serve();
  self.close();
};
