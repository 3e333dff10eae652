/**
 * jax-js (WebAssembly) on the workloads: `node jax-js.mjs FOLDER`, where FOLDER holds its node_modules. jax-js counts
 * references: `x.ref` lends an array to an operation that would otherwise consume it.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { report } from './timing.mjs';

const [folder = '.'] = process.argv.slice(2);
const {
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy: np,
  random,
  valueAndGrad,
} = await import(pathToFileURL(join(folder, 'node_modules/@jax-js/jax/dist/index.js')));
await init('wasm');
defaultDevice('wasm');
const peer = 'jax-js';
const normal = (shape, seed = 0) => random.normal(random.key(seed), shape);

for (const size of [256, 511, 513, 1024]) {
  const a = normal([size, size]);
  const b = normal([size, size], 1);
  await report(peer, `matmul${size}`, () => np.matmul(a.ref, b.ref).data(), { runs: size === 256 ? 12 : 4, warmUp: 1 });
}
{
  const x = normal([1 << 20]);
  const chain = jit((t) => nn.gelu(t.ref.mul(1.5).add(0.25), { approximate: true }).mul(t));
  await report(peer, 'gelu_chain1M', () => chain(x.ref).data());
  const single = { exp1M: jit((t) => np.exp(t)), tanh1M: jit((t) => np.tanh(t)), sum1M: jit((t) => np.sum(t)) };
  for (const [work, f] of Object.entries(single)) await report(peer, work, () => f(x.ref).data());
}
{
  const x = normal([512, 1024]);
  const softmax = jit((t) => nn.softmax(t));
  const standardize = jit((t) => nn.standardize(t, -1));
  await report(peer, 'softmax512x1024', () => softmax(x.ref).data());
  await report(peer, 'layernorm512x1024', () => standardize(x.ref).data());
}
{
  const a = np.ones([8]);
  await report(
    peer,
    'add8_x1000',
    async () => {
      for (let i = 0; i < 1000; i++) await np.add(a.ref, a.ref).data();
    },
    { warmUp: 2, runs: 5 },
  );
}

const labels = nn.oneHot(
  np.array(
    Array.from({ length: 64 }, (_, i) => i % 10),
    { dtype: np.int32 },
  ),
  10,
);
const crossEntropy = (logits, y) =>
  nn
    .logSoftmax(logits)
    .mul(y)
    .sum()
    .mul(-1 / 64);

function trainingStep(shapes, loss, x) {
  const step = jit((parameters, first, second, input, y) => {
    const [value, gradients] = valueAndGrad(loss)(
      parameters.map((t) => t.ref),
      input,
      y,
    );
    const nextFirst = first.map((m, i) => m.mul(0.9).add(gradients[i].ref.mul(0.1)));
    const nextSecond = second.map((v, i) => v.mul(0.999).add(gradients[i].ref.mul(gradients[i]).mul(0.001)));
    const next = parameters.map((p, i) => p.sub(nextFirst[i].ref.mul(1e-3).div(np.sqrt(nextSecond[i].ref).add(1e-8))));
    return [value, next, nextFirst, nextSecond];
  });
  let parameters = shapes.map((shape, i) => normal(shape, i).mul(0.05));
  let first = shapes.map((shape) => np.zeros(shape));
  let second = shapes.map((shape) => np.zeros(shape));
  return async () => {
    let value;
    [value, parameters, first, second] = step(parameters, first, second, x.ref, labels.ref);
    await value.data();
  };
}

await report(
  peer,
  'mlp_step_b64',
  trainingStep(
    [[784, 256], [256], [256, 128], [128], [128, 10], [10]],
    (p, x, y) => {
      const hidden = nn.relu(np.matmul(nn.relu(np.matmul(x, p[0]).add(p[1])), p[2]).add(p[3]));
      return crossEntropy(np.matmul(hidden, p[4]).add(p[5]), y);
    },
    normal([64, 784]),
  ),
  { warmUp: 4, runs: 20 },
);
const halve = (t) => {
  const [batch, channels, height, width] = t.shape;
  const rows = height >> 1;
  const columns = width >> 1;
  const even = t.slice([], [], [0, rows * 2], [0, columns * 2]).reshape([batch, channels, rows, 2, columns, 2]);
  return np.max(np.max(even, 3), 4);
};
await report(
  peer,
  'cnn_step_b64',
  trainingStep(
    [[32, 1, 3, 3], [32, 1, 1], [64, 32, 3, 3], [64, 1, 1], [1600, 128], [128], [128, 10], [10]],
    (p, x, y) => {
      const first = halve(nn.relu(lax.conv(x, p[0], [1, 1], 'VALID').add(p[1])));
      const second = halve(nn.relu(lax.conv(first, p[2], [1, 1], 'VALID').add(p[3])));
      const dense = nn.relu(np.matmul(second.reshape([64, 1600]), p[4]).add(p[5]));
      return crossEntropy(np.matmul(dense, p[6]).add(p[7]), y);
    },
    normal([64, 1, 28, 28]),
  ),
  { warmUp: 1, runs: 3 },
);
process.exit(0);
