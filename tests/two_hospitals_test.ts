/** A short training by two processes over TLS; the whole program is in `two_hospitals_long.ts`. */
import { testWith } from "./permissions.ts";
import { trainAtTwoHospitals } from "./two_hospitals.ts";

// With two epochs the accuracy depends on the order of the rows, which the seed of the public shuffles fixes.
testWith(
  ["read", "write", "run", "env", "net", "sys"],
  "two hospitals, each with its own data only, train a model of at least 93 % accuracy over TLS",
  () => trainAtTwoHospitals(["2", "approx"], "--public-seed", "5"),
);
