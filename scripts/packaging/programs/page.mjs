/**
 * What the browser page runs: fits a line by gradient descent, eagerly and captured, and leaves the outcome in
 * `window.outcome` for the test to read.
 */
import { add, backendChoice, grad, jit, mean, mul, sub, tensor } from '@deft/tensor';

const x = tensor([-1, 0, 1, 2]);
const target = add(mul(x, 3), 1);

function loss({ slope, offset }) {
  const off = sub(add(mul(x, slope), offset), target);
  return mean(mul(off, off));
}

async function descend(gradient) {
  let slope = tensor(0);
  let offset = tensor(0);
  for (let step = 0; step < 200; step += 1) {
    const slopes = gradient({ slope, offset });
    slope = sub(slope, mul(slopes.slope, 0.1));
    offset = sub(offset, mul(slopes.offset, 0.1));
  }
  return [(await slope.data())[0], (await offset.data())[0]];
}

async function main() {
  return { backend: backendChoice().name, eager: await descend(grad(loss)), captured: await descend(jit(grad(loss))) };
}

main().then(
  (result) => {
    window.outcome = result;
  },
  (error) => {
    window.outcome = { error: String(error?.stack ?? error) };
  },
);
