/** Network B of SecureNN, after MiniONN: two convolutions of 16 filters, two dense layers. */
import { nn } from "../mod.ts";
import { trainsOnMnist } from "./shared/secure_nn.ts";

export default trainsOnMnist(
  "network B of SecureNN on MNIST, two convolutions and two dense layers",
  () =>
    nn.Sequential(
      nn.Conv2d(1, 16, 5),
      nn.MaxPool2d(2),
      nn.ReLU(),
      nn.Conv2d(16, 16, 5),
      nn.MaxPool2d(2),
      nn.ReLU(),
      nn.Flatten(),
      nn.Linear(256, 100),
      nn.ReLU(),
      nn.Linear(100, 10),
    ),
);
