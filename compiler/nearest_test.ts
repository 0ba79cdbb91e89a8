import { assertEquals } from "@std/assert";
import { nearest, suggestion } from "./nearest.ts";

Deno.test("nearest() finds the word that was meant", () => {
  const cases: readonly (readonly [word: string, known: readonly string[], meant: string | undefined])[] = [
    ["aprox", ["exact", "approx", "approx5"], "approx"],
    ["batch_size", ["epochs", "batchSize"], "batchSize"],
    ["BatchSize", ["epochs", "batchSize"], "batchSize"],
    ["early-stop", ["restart", "early_stop"], "early_stop"],
    ["lerningRate", ["learningRate", "momentum"], "learningRate"],
    ["breast_logisitc", ["logreg", "breast_logistic"], "breast_logistic"],
    ["ring", ["rnig", "ring"], "ring"],
    ["rign", ["semi2k", "ring", "emulate"], "ring"],
    ["elu", ["relu", "gelu"], "relu"],
    ["momentum", ["rate", "schedule"], undefined],
    ["x", ["y", "z"], undefined],
    ["", ["a"], undefined],
    ["anything", [], undefined],
  ];
  for (const [word, known, meant] of cases) assertEquals(nearest(word, known), meant, word);
});

Deno.test("suggestion() is a question, or nothing", () => {
  assertEquals(suggestion("adm", ["sgd", "adam"]), ' (did you mean "adam"?)');
  assertEquals(suggestion("rmsprop", ["sgd", "adam"]), "");
});
