/** The whole of breast_logistic by two processes over TLS, with fresh shuffles: `deno task test:long`. */
import { testWith } from "./permissions.ts";
import { trainAtTwoHospitals } from "./two_hospitals.ts";

for (const words of [["approx"], []]) {
  testWith(
    ["read", "write", "run", "env", "net", "sys"],
    `two hospitals train ${["breast_logistic", ...words].join(" ")} to at least 93 % accuracy over TLS`,
    () => trainAtTwoHospitals(words),
  );
}
