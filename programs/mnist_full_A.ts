/** Network A of SecureNN, after SecureML: three dense layers. */
import { nn } from "../mod.ts";
import { trainsOnMnist } from "./shared/secure_nn.ts";

export default trainsOnMnist("network A of SecureNN on MNIST, three dense layers", () =>
  nn.Sequential(
    nn.Flatten(),
    nn.Linear(784, 128),
    nn.ReLU(),
    nn.Linear(128, 128),
    nn.ReLU(),
    nn.Linear(128, 10),
  ));
