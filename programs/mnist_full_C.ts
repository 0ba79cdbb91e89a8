/** Network C of SecureNN, LeNet: two convolutions of 20 and 50 filters, two dense layers. */
import { nn } from "../mod.ts";
import { trainsOnMnist } from "./shared/secure_nn.ts";

export default trainsOnMnist("network C of SecureNN on MNIST, LeNet", () =>
  nn.Sequential(
    nn.Conv2d(1, 20, 5),
    nn.MaxPool2d(2),
    nn.ReLU(),
    nn.Conv2d(20, 50, 5),
    nn.MaxPool2d(2),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(800, 500),
    nn.ReLU(),
    nn.Linear(500, 10),
  ));
