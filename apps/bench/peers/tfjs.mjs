/**
 * TensorFlow.js on the workloads: `node tfjs.mjs wasm|cpu FOLDER`, where FOLDER holds its node_modules.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { report } from './timing.mjs';

const [backend = 'wasm', folder = '.'] = process.argv.slice(2);
const require = createRequire(pathToFileURL(join(folder, 'program.js')));
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');
wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
await tf.setBackend(backend);
await tf.ready();

const peer = `tfjs-${backend}`;
const slow = backend === 'cpu';
// Nothing is returned from tidy: it would search an array that is for tensors, element by element.
const once = (compute) => () => {
  tf.tidy(() => {
    compute().dataSync();
  });
};

for (const size of slow ? [256] : [256, 511, 512, 513, 1024]) {
  const a = tf.randomNormal([size, size]);
  const b = tf.randomNormal([size, size]);
  await report(peer, `matmul${size}`, () => tf.matMul(a, b).dispose());
}
for (const [m, k, n] of [
  [100, 300, 50],
  [128, 256, 10],
]) {
  const a = tf.randomNormal([m, k]);
  const b = tf.randomNormal([k, n]);
  await report(peer, `matmul_${m}x${k}x${n}`, () => tf.matMul(a, b).dispose());
}
{
  const x = tf.randomNormal([1 << 20]);
  const y = tf.randomNormal([1 << 20]);
  const gelu = (t) => {
    const inner = t.add(t.square().mul(t).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
    return t.mul(0.5).mul(inner.tanh().add(1));
  };
  await report(
    peer,
    'gelu_chain1M',
    once(() => gelu(x.mul(1.5).add(0.25)).mul(x)),
  );
  const single = { exp1M: () => x.exp(), tanh1M: () => x.tanh(), div1M: () => x.div(y), sum1M: () => x.sum() };
  for (const [work, f] of Object.entries(single)) await report(peer, work, () => f().dispose());
}
{
  const x = tf.randomNormal([512, 1024]);
  await report(
    peer,
    'softmax512x1024',
    once(() => tf.softmax(x)),
  );
  await report(
    peer,
    'layernorm512x1024',
    once(() => {
      const { mean, variance } = tf.moments(x, -1, true);
      return x.sub(mean).mul(variance.add(1e-5).rsqrt());
    }),
  );
  const square = tf.randomNormal([1024, 1024]);
  await report(peer, 'transpose1024', () => square.transpose().dispose());
}
for (const [work, x, k, strides, padding] of [
  ['conv_56_32_64_same', [1, 56, 56, 32], [3, 3, 32, 64], 1, 'same'],
  ['conv_56_64_64_1x1', [1, 56, 56, 64], [1, 1, 64, 64], 1, 'valid'],
  ['conv_224_3_32_s2', [1, 224, 224, 3], [3, 3, 3, 32], 2, 'same'],
]) {
  const input = tf.randomNormal(x);
  const filter = tf.randomNormal(k);
  if (!slow) await report(peer, work, () => tf.conv2d(input, filter, strides, padding).dispose());
}
{
  const a = tf.ones([8]);
  await report(peer, 'add8_x1000', () => {
    for (let i = 0; i < 1000; i++) tf.add(a, a).dispose();
  });
}

const labels = tf.oneHot(
  tf.tensor1d(
    Array.from({ length: 64 }, (_, i) => i % 10),
    'int32',
  ),
  10,
);
const trainingStep = (layers, inputShape) => {
  const network = tf.sequential({ layers });
  const weights = network.trainableWeights.map((weight) => weight.read());
  const optimizer = tf.train.adam(1e-3);
  const x = tf.randomNormal(inputShape);
  return () => {
    const loss = optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(labels, network.apply(x)),
      true,
      network.trainableWeights.map((weight) => weight.val),
    );
    loss.dataSync();
    loss.dispose();
    return weights.length;
  };
};
const { dense, conv2d, maxPooling2d, flatten } = tf.layers;
await report(
  peer,
  'mlp_step_b64',
  trainingStep(
    [
      dense({ units: 256, activation: 'relu', inputShape: [784] }),
      dense({ units: 128, activation: 'relu' }),
      dense({ units: 10 }),
    ],
    [64, 784],
  ),
  { warmUp: slow ? 2 : 10, runs: slow ? 5 : 30 },
);
await report(
  peer,
  'cnn_step_b64',
  trainingStep(
    [
      conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 128, activation: 'relu' }),
      dense({ units: 10 }),
    ],
    [64, 28, 28, 1],
  ),
  { warmUp: 1, runs: 2 },
);
