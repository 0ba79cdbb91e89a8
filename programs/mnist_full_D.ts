/** Network D of SecureNN, after Chameleon: one convolution of stride 2, two dense layers. */
import { nn } from "../mod.ts";
import { trainsOnMnist } from "./shared/secure_nn.ts";

export default trainsOnMnist("network D of SecureNN on MNIST, one convolution and two dense layers", (args) => {
  if (args.includes("1dense") && args.includes("2dense")) throw new RangeError("Choose one dense layer or two");
  const dense = args.includes("1dense") ? [nn.Linear(980, 10)] : [nn.Linear(980, 100), nn.ReLU(), nn.Linear(100, 10)];
  return nn.Sequential(
    nn.Conv2d(1, 5, 5, { stride: 2, padding: 2 }),
    nn.ReLU(),
    nn.Flatten(),
    ...dense,
  );
}, {
  "1dense": "a single dense layer",
  "2dense": "two dense layers, as without a word",
});
