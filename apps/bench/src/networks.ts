/**
 * The training steps of the workloads, written with ops, gradients and an optimiser, as a user without layers would. A
 * step includes forward pass, backward pass, update and reading the loss back.
 */
import { adam } from '@deft/optim';
import {
  add,
  conv2d,
  dotProductAttention,
  gather,
  gelu,
  jit,
  key,
  layerNormalization,
  matmul,
  maxPool,
  mean,
  mul,
  oneHot,
  randomNormal,
  relu,
  reshape,
  scalar,
  scan,
  sigmoid,
  softmaxCrossEntropy,
  split,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  zeros,
} from '@deft/tensor';

/** Weights by name. */
export type Parameters = { readonly [name: string]: Tensor };

/** Runs one training step and gives its loss. */
export type Step = () => number;

const scaleOfWeights = 0.05;

function weights(shapes: { readonly [name: string]: readonly number[] }): Parameters {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      mul(randomNormal([...shape], { key: key(i) }), scaleOfWeights),
    ]),
  );
}

function classes(count: number, of: number): Tensor {
  const labels = Int32Array.from({ length: count }, (_, i) => i % of);
  return oneHot(tensor(labels), of);
}

/** A step of Adam on a network, eager or captured with its parameters donated. */
function adamStep(
  apply: (parameters: Parameters, x: Tensor) => Tensor,
  initial: Parameters,
  x: Tensor,
  y: Tensor,
  captured: boolean,
): Step {
  const optimizer = adam({ learningRate: 1e-3 });
  const loss = (parameters: Parameters, input: Tensor, labels: Tensor): Tensor =>
    mean(softmaxCrossEntropy(apply(parameters, input), labels)) as Tensor;
  const learningRate = scalar(1e-3);
  const update = (parameters: Parameters, state: unknown, input: Tensor, labels: Tensor) => {
    const [value, gradients] = valueAndGrad(loss)(parameters, input, labels);
    return { value, ...optimizer.update(gradients as never, state as never, parameters as never, learningRate) };
  };
  const run = captured ? jit(update, { donate: [0, 1], name: 'step' }) : update;
  let parameters = initial;
  let state: unknown = optimizer.initialize(initial as never);
  return () => {
    const next = run(parameters, state, x, y);
    parameters = next.parameters as Parameters;
    state = next.state;
    return next.value.item() as number;
  };
}

/** 784-256-128-10 with ReLU and cross-entropy, batch 64. */
export function mlpStep(captured: boolean): Step {
  const initial = weights({ w1: [784, 256], b1: [256], w2: [256, 128], b2: [128], w3: [128, 10], b3: [10] });
  const apply = ({ w1, b1, w2, b2, w3, b3 }: Parameters, x: Tensor): Tensor => {
    const first = relu(add(matmul(x, w1 as Tensor), b1 as Tensor));
    const second = relu(add(matmul(first, w2 as Tensor), b2 as Tensor));
    return add(matmul(second, w3 as Tensor), b3 as Tensor);
  };
  return adamStep(apply, initial, randomNormal([64, 784], { key: key(9) }), classes(64, 10), captured);
}

/** 28×28×1 → conv 32 → ReLU → pool → conv 64 → ReLU → pool → dense 128 → ReLU → dense 10, batch 64. */
export function cnnStep(captured: boolean): Step {
  const initial = weights({
    k1: [3, 3, 1, 32],
    b1: [32],
    k2: [3, 3, 32, 64],
    b2: [64],
    w3: [1600, 128],
    b3: [128],
    w4: [128, 10],
    b4: [10],
  });
  const apply = ({ k1, b1, k2, b2, w3, b3, w4, b4 }: Parameters, x: Tensor): Tensor => {
    const first = maxPool(relu(add(conv2d(x, k1 as Tensor), b1 as Tensor)), { poolSize: 2 });
    const second = maxPool(relu(add(conv2d(first, k2 as Tensor), b2 as Tensor)), { poolSize: 2 });
    const dense = relu(add(matmul(reshape(second, [-1, 1600]), w3 as Tensor), b3 as Tensor));
    return add(matmul(dense, w4 as Tensor), b4 as Tensor);
  };
  return adamStep(apply, initial, randomNormal([64, 28, 28, 1], { key: key(9) }), classes(64, 10), captured);
}

/** One-hot symbols → LSTM 128 that returns sequences → dense 64, batch 32, 64 steps. */
export function lstmStep(captured: boolean): Step {
  const [batch, steps, symbols, units] = [32, 64, 64, 128];
  const initial = weights({
    kernel: [symbols, 4 * units],
    recurrent: [units, 4 * units],
    bias: [4 * units],
    w: [units, symbols],
    b: [symbols],
  });
  const apply = ({ kernel, recurrent, bias, w, b }: Parameters, x: Tensor): Tensor => {
    // The products with the inputs of all steps are one product in front of the loop.
    const inputs = add(matmul(x, kernel as Tensor), bias as Tensor) as Tensor;
    const start = zeros([batch, units]) as Tensor;
    const [, hidden] = scan(
      ([h, c]: [Tensor, Tensor], input: Tensor): [[Tensor, Tensor], Tensor] => {
        const gates = add(input, matmul(h, recurrent as Tensor)) as Tensor;
        const [i, f, g, o] = split(gates, 4, -1) as [Tensor, Tensor, Tensor, Tensor];
        const cell = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g))) as Tensor;
        const state = mul(sigmoid(o), tanh(cell)) as Tensor;
        return [[state, cell], state];
      },
      [start, start] as [Tensor, Tensor],
      inputs,
    ) as unknown as [unknown, Tensor];
    return reshape(add(matmul(hidden, w as Tensor), b as Tensor), [-1, symbols]);
  };
  const x = reshape(classes(steps * batch, symbols), [steps, batch, symbols]);
  return adamStep(apply, initial, x, classes(steps * batch, symbols), captured);
}

/** Two pre-norm transformer blocks of width 128 with 4 causal heads, vocabulary 64, batch 16 of 64 symbols. */
export function gptStep(captured: boolean): Step {
  const [batch, steps, symbols, width, heads] = [16, 64, 64, 128, 4];
  const block = {
    scale1: [width],
    shift1: [width],
    kernelQkv: [width, 3 * width],
    biasQkv: [3 * width],
    kernelOut: [width, width],
    biasOut: [width],
    scale2: [width],
    shift2: [width],
    kernelUp: [width, 4 * width],
    biasUp: [4 * width],
    kernelDown: [4 * width, width],
    biasDown: [width],
  };
  const named = (i: number) =>
    Object.fromEntries(Object.entries(block).map(([name, shape]) => [`${name}.${i}`, shape]));
  const initial = weights({
    embeddings: [symbols, width],
    positions: [steps, width],
    ...named(0),
    ...named(1),
    w: [width, symbols],
    b: [symbols],
  });
  const apply = (parameters: Parameters, x: Tensor): Tensor => {
    const { embeddings, positions, w, b } = parameters as { [name: string]: Tensor };
    let y = add(gather(embeddings as Tensor, x), positions as Tensor) as Tensor;
    for (const i of [0, 1]) {
      const of = (name: keyof typeof block): Tensor => parameters[`${name}.${i}`] as Tensor;
      const normal = layerNormalization(y, of('scale1'), of('shift1')) as Tensor;
      const qkv = split(add(matmul(normal, of('kernelQkv')), of('biasQkv')), 3, -1) as Tensor[];
      const [q, k, v] = qkv.map((part) => reshape(part, [batch, steps, heads, width / heads]) as Tensor) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      const mixed = reshape(dotProductAttention(q, k, v, true, { isCausal: true }) as Tensor, [batch, steps, width]);
      y = add(y, add(matmul(mixed, of('kernelOut')), of('biasOut'))) as Tensor;
      const second = layerNormalization(y, of('scale2'), of('shift2')) as Tensor;
      const up = gelu(add(matmul(second, of('kernelUp')), of('biasUp')), { approximate: true }) as Tensor;
      y = add(y, add(matmul(up, of('kernelDown')), of('biasDown'))) as Tensor;
    }
    return reshape(add(matmul(y, w as Tensor), b as Tensor), [-1, symbols]);
  };
  const x = reshape(tensor(Int32Array.from({ length: batch * steps }, (_, i) => (i * i) % symbols)), [batch, steps]);
  return adamStep(apply, initial, x, classes(batch * steps, symbols), captured);
}
