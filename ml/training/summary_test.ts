import { assertEquals } from "@std/assert";
import { compile, program } from "@symbolon/compiler";
import { add, batchNorm, dense, dropout, identity, relu, sequential } from "../layers/mod.ts";
import { Optimizer } from "./optimizer.ts";

Deno.test("summary() tells layers, shapes and parameters, also of branches and running statistics", () => {
  let text = "";
  compile(program("", {}, () => {
    const block = add([identity(), sequential([dense(128), relu()])]);
    text = new Optimizer(sequential([dense(128), batchNorm(), block, dropout(0.5), dense(10)])).build([784]).summary();
  }));
  assertEquals(text.split("\n"), [
    "Layer             Output shape  Parameters",
    "Sequential        [?, 10]                0",
    "  Dense(128)      [?, 128]         100,480",
    "  BatchNorm       [?, 128]             512",
    "  Add             [?, 128]               0",
    "    Identity      [?, 128]               0",
    "    Sequential    [?, 128]               0",
    "      Dense(128)  [?, 128]          16,512",
    "      ReLU        [?, 128]               0",
    "  Dropout(0.5)    [?, 128]               0",
    "  Dense(10)       [?, 10]            1,290",
    "Parameters: 118,794, of which 118,538 are trained",
  ]);
});
