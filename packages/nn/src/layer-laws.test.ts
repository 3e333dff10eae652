/** What holds for every layer, whatever it computes. */
import { flatten as flattenTree, Tensor } from '@deft/core';
import { add, cast, grad, jit, key, mul, randomNormal, slice, sum } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import type { ExampleShape, LayerLike, Signal, Weights } from './index.ts';
import * as l from './index.ts';

const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const inference = { training: false };

function expectClose(found: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
  });
}

/** Every layer with an example's shape that it takes. */
const x = l.input([4]);
const hidden = l.dense(4, { activation: 'tanh' });
const layers: readonly [LayerLike, ExampleShape | readonly ExampleShape[]][] = [
  [l.dense(4, { activation: 'tanh' }), [3]],
  [l.dense(2, { useBias: false, kernelInitializer: 'heNormal' }), [5, 3]],
  [
    l.einsumDense('abc,cde->abde', [null, 2, 3], { biasAxes: 'd', activation: 'tanh', biasInitializer: 'ones' }),
    [4, 5],
  ],
  [l.einsumDense('...x,xy->...y', 4, { biasAxes: 'y' }), [2, 3]],
  [l.conv1d(3, 2, { activation: 'tanh', biasInitializer: 'ones' }), [5, 2]],
  [l.conv1d(2, 3, { padding: 'causal', dilationRate: 2, strides: 2 }), [7, 1]],
  [l.conv1d(4, 2, { groups: 2, dataFormat: 'channelsFirst', biasInitializer: 'ones' }), [2, 5]],
  [l.conv2d(3, [2, 3], { activation: 'relu' }), [5, 6, 2]],
  [l.conv2d(2, 3, { strides: 2, padding: 'same', useBias: false }), [5, 4, 1]],
  [l.conv2d(2, 2, { dilationRate: 2 }), [5, 5, 1]],
  [l.conv2d(4, 2, { groups: 2, dataFormat: 'channelsFirst', biasInitializer: 'ones' }), [2, 4, 3]],
  [l.conv3d(2, 2, { padding: 'same' }), [3, 2, 3, 1]],
  [l.conv3d(2, [1, 2, 2], { strides: [1, 2, 1], dataFormat: 'channelsFirst' }), [1, 2, 4, 3]],
  [l.conv1dTranspose(2, 3, { strides: 2 }), [4, 3]],
  [l.conv1dTranspose(2, 3, { strides: 2, padding: 'same', dataFormat: 'channelsFirst' }), [3, 4]],
  [l.conv2dTranspose(2, 3, { strides: 2, padding: 'same' }), [3, 2, 2]],
  [l.conv2dTranspose(2, [2, 3], { strides: 2, outputPadding: 1 }), [2, 3, 1]],
  [l.conv2dTranspose(1, 2, { dilationRate: 2 }), [3, 3, 2]],
  [l.conv3dTranspose(2, 2, { strides: 2 }), [2, 1, 2, 1]],
  [l.depthwiseConv1d(3, { depthMultiplier: 2, padding: 'causal' }), [5, 2]],
  [l.depthwiseConv2d([2, 3], { depthMultiplier: 2, biasInitializer: 'ones' }), [4, 4, 2]],
  [l.depthwiseConv2d(2, { dataFormat: 'channelsFirst', padding: 'same' }), [2, 3, 4]],
  [l.separableConv1d(3, 2, { depthMultiplier: 2, dilationRate: 2 }), [6, 2]],
  [l.separableConv1d(3, 2, { dataFormat: 'channelsFirst', padding: 'causal' }), [2, 5]],
  [l.separableConv2d(3, 2, { strides: 2, padding: 'same', activation: 'tanh' }), [4, 5, 2]],
  [l.maxPooling1d(2), [5, 3]],
  [l.maxPooling2d(2), [5, 4, 2]],
  [l.maxPooling2d([3, 2], { strides: [1, 2], padding: 'same' }), [4, 5, 1]],
  [l.maxPooling3d(2, { dataFormat: 'channelsFirst' }), [2, 3, 4, 2]],
  [l.averagePooling1d(3, { strides: 1, padding: 'same', dataFormat: 'channelsFirst' }), [2, 5]],
  [l.averagePooling2d(2, { strides: 1 }), [3, 4, 2]],
  [l.averagePooling2d(3, { padding: 'same', strides: 2 }), [4, 4, 1]],
  [l.averagePooling3d([1, 2, 1]), [2, 4, 2, 2]],
  [l.globalAveragePooling1d(), [3, 4]],
  [l.globalAveragePooling2d(), [3, 2, 4]],
  [l.globalAveragePooling2d({ keepDims: true }), [3, 2, 4]],
  [l.globalAveragePooling3d({ dataFormat: 'channelsFirst', keepDims: true }), [2, 3, 2, 2]],
  [l.globalMaxPooling1d({ keepDims: true }), [3, 4]],
  [l.globalMaxPooling2d({ dataFormat: 'channelsFirst' }), [3, 2, 4]],
  [l.globalMaxPooling3d(), [2, 3, 2, 2]],
  [l.adaptiveAveragePooling1d(2), [5, 2]],
  [l.adaptiveAveragePooling2d([2, 3]), [5, 4, 2]],
  [l.adaptiveAveragePooling3d(2), [3, 2, 4, 1]],
  [l.adaptiveMaxPooling1d(3, { dataFormat: 'channelsFirst' }), [2, 5]],
  [l.adaptiveMaxPooling2d(2), [3, 4, 2]],
  [l.adaptiveMaxPooling3d(2), [3, 2, 4, 1]],
  [l.zeroPadding1d([1, 2]), [3, 2]],
  [l.zeroPadding2d([1, [0, 2]] as never), [3, 2, 2]],
  [l.zeroPadding3d(1, { dataFormat: 'channelsFirst' }), [2, 1, 2, 2]],
  [l.cropping1d([0, 2]), [4, 2]],
  [
    l.cropping2d([
      [1, 0],
      [0, 2],
    ]),
    [3, 4, 2],
  ],
  [l.cropping3d(1), [3, 4, 3, 2]],
  [l.upSampling1d(3), [2, 2]],
  [l.upSampling2d([2, 3]), [2, 3, 2]],
  [l.upSampling2d(2, { interpolation: 'bilinear', dataFormat: 'channelsFirst' }), [2, 3, 2]],
  [l.upSampling3d(2), [2, 1, 2, 2]],
  [l.flatten(), [2, 3, 2]],
  [l.flatten({ dataFormat: 'channelsFirst' }), [2, 3, 2]],
  [l.reshape([4, -1]), [2, 6]],
  [l.permute([3, 1, 2]), [2, 3, 4]],
  [l.repeatVector(3), [4]],
  [l.activation('softmax'), [5]],
  [l.activation('glu'), [3, 6]],
  [l.relu({ maxValue: 1, negativeSlope: 0.5, threshold: 0.25 }), [9]],
  [l.leakyRelu(), [9]],
  [l.elu({ alpha: 2 }), [9]],
  [l.prelu({ alphaInitializer: 'ones' }), [9]],
  [l.prelu({ sharedAxes: [1, 2], alphaInitializer: { name: 'constant', value: 0.5 } }), [2, 3, 4]],
  [l.softmax({ axis: 1 }), [4, 2]],
  [l.masking({ maskValue: 1 }), [3, 2]],
  [l.dropout(0.5), [4]],
  [l.spatialDropout1d(0.5), [3, 4]],
  [l.spatialDropout2d(0.5, { dataFormat: 'channelsFirst' }), [4, 3, 2]],
  [l.spatialDropout3d(0.5), [2, 1, 2, 4]],
  [l.gaussianNoise(0.5), [4]],
  [l.gaussianDropout(0.5), [4]],
  [l.alphaDropout(0.5), [4]],
  [l.batchNormalization(), [2, 3]],
  [l.batchNormalization({ axis: 1, gammaInitializer: 'heNormal' }), [2, 3]],
  [l.layerNormalization({ epsilon: 1e-5 }), [2, 4]],
  [l.layerNormalization({ axis: [1, 3], betaInitializer: 'ones' }), [2, 3, 2]],
  [l.groupNormalization({ groups: 2, gammaInitializer: 'heNormal' }), [3, 4]],
  [l.groupNormalization({ groups: 2, axis: 1, gammaInitializer: 'heNormal' }), [4, 3]],
  [l.instanceNormalization({ gammaInitializer: 'heNormal' }), [3, 2, 2]],
  [l.rmsNormalization({ axis: 1 }), [3, 2]],
  [l.unitNormalization({ axis: [1, 2] }), [3, 2]],
  // The singular vectors count as constants, as they may be once the iteration has found them.
  [l.spectralNormalization(l.dense(3), { powerIterations: 60 }), [4]],
  [l.spectralNormalization(l.conv2d(2, 2, { biasInitializer: 'ones' }), { powerIterations: 60 }), [3, 3, 2]],
  [l.simpleRnn(3, { biasInitializer: 'ones' }), [4, 2]],
  [l.simpleRnn(3, { returnSequences: true, goBackwards: true, activation: 'sigmoid' }), [4, 2]],
  [l.simpleRnn(3, { useBias: false, unroll: true }), [[3, 2], [3]]],
  [l.lstm(3), [4, 2]],
  [
    l.lstm(3, { returnSequences: true, returnState: true, unitForgetBias: false, biasInitializer: 'heNormal' }),
    [[4, 2], [3], [3]],
  ],
  [l.lstm(2, { dropout: 0.5, recurrentDropout: 0.5, useBias: false }), [3, 4]],
  [l.gru(3, { biasInitializer: 'heNormal' }), [4, 2]],
  [l.gru(3, { returnState: true, recurrentActivation: 'hardSigmoid', activation: 'softsign' }), [4, 2]],
  [l.gru(3, { resetAfter: false, biasInitializer: 'ones', returnSequences: true }), [4, 2]],
  [l.gru(2, { resetAfter: false, recurrentDropout: 0.5, unroll: true, goBackwards: true }), [[4, 2], [2]]],
  [l.rnn(l.simpleRnnCell(3)), [4, 2]],
  [
    l.rnn([l.lstmCell(3, { dropout: 0.5 }), l.gruCell(2), l.lstmCell(3)], { returnState: true, returnSequences: true }),
    [3, 2],
  ],
  [l.convLstm1d(2, 2, { biasInitializer: 'ones' }), [3, 4, 2]],
  [l.convLstm2d(2, 3, { padding: 'same', strides: 2, returnSequences: true, recurrentDropout: 0.5 }), [2, 4, 3, 2]],
  [
    l.convLstm2d(2, [1, 2], { dataFormat: 'channelsFirst', returnState: true, unitForgetBias: false }),
    [
      [2, 3, 2, 4],
      [2, 2, 3],
      [2, 2, 3],
    ],
  ],
  [l.convLstm3d(1, 2, { dilationRate: [1, 2, 1], goBackwards: true, useBias: false }), [2, 2, 3, 2, 1]],
  [l.timeDistributed(l.sequentialLayer([l.conv2d(2, 2), l.flatten(), l.dropout(0.5)])), [3, 3, 2, 1]],
  [l.timeDistributed(l.lstm(2, { returnSequences: true })), [2, 3, 2]],
  [l.bidirectional(l.lstm(2, { returnSequences: true })), [4, 3]],
  [l.bidirectional(l.simpleRnn(3), { mergeMode: 'mul' }), [[4, 3], [3], [3]]],
  [
    l.bidirectional(l.gru(3, { returnState: true, returnSequences: true }), {
      mergeMode: null,
      backwardLayer: l.lstm(2, { returnState: true, returnSequences: true, goBackwards: true }),
    }),
    [2, 3],
  ],
  [l.branches(l.add(), [l.sequentialLayer([l.dense(4), l.batchNormalization()]), l.activation('linear')]), [4]],
  [l.branches(l.concatenate(), [l.dense(2), l.dropout(0.5), l.dense(3)]), [4]],
  [l.attention(), [5, 3]],
  [
    l.attention({ useScale: true, dropout: 0.5, returnAttentionScores: true }),
    [
      [2, 3],
      [4, 3],
    ],
  ],
  [
    l.attention({ useScale: true, scoreMode: 'concat', useCausalMask: true }),
    [
      [3, 2],
      [4, 5],
      [4, 2],
    ],
  ],
  [l.additiveAttention({ useCausalMask: true }), [4, 3]],
  [
    l.additiveAttention({ dropout: 0.25 }),
    [
      [2, 3],
      [4, 5],
      [4, 3],
    ],
  ],
  [l.multiHeadAttention(2, 3), [4, 5]],
  [l.multiHeadAttention(2, 4, { useCausalMask: true, rotary: true, useBias: false, dropout: 0.5 }), [4, 3]],
  [
    l.multiHeadAttention(2, 3, {
      valueDim: 2,
      outputShape: [2, 3],
      returnAttentionScores: true,
      takesAttentionMask: true,
    }),
    [
      [2, 5],
      [3, 4],
      [3, 6],
      [2, 2, 3],
    ],
  ],
  [
    l.multiHeadAttention(2, 2, { attentionAxes: [2], returnAttentionScores: true, takesAttentionMask: true }),
    [
      [3, 2, 4],
      [3, 5, 3],
      [2, 5],
    ],
  ],
  [l.multiHeadAttention(1, 2, { attentionAxes: [3, 1], biasInitializer: 'ones' }), [2, 3, 2, 4]],
  [l.groupedQueryAttention(4, 4, 2, { useCausalMask: true, rotary: { maxWavelength: 100 } }), [3, 5]],
  [
    l.groupedQueryAttention(3, 6, 2, { returnAttentionScores: true, takesAttentionMask: true }),
    [
      [2, 5],
      [3, 4],
      [6, 2, 3],
    ],
  ],
  [l.rotaryEmbedding(), [3, 4]],
  [l.rotaryEmbedding({ maxWavelength: 10, scalingFactor: 2, sequenceAxis: 2, featureAxis: 1 }), [4, 3, 2]],
  [l.sinePositionEncoding({ maxWavelength: 50 }), [2, 3, 5]],
  [l.positionEmbedding(5), [2, 3, 4]],
  [l.residual(l.dense(3, { activation: 'tanh' })), [2, 3]],
  [l.residual([l.dense(3), l.dropout(0.5), l.dense(2)], { projection: l.dense(2) }), [4]],
  [l.transformerEncoder(5, 2, { dropout: 0.5, activation: 'gelu', rotary: true }), [3, 4]],
  [l.transformerEncoder(5, 3, { normalizeFirst: true, biasInitializer: 'ones', activation: 'tanh' }), [3, 4]],
  [l.transformerDecoder(5, 2, { normalizeFirst: true, activation: 'tanh' }), [3, 4]],
  [
    l.transformerDecoder(5, 2, { dropout: 0.5, useCausalMask: false, activation: 'tanh' }),
    [
      [2, 4],
      [3, 5],
    ],
  ],
  // One layer called twice, and one whose output is used twice.
  [l.functional({ inputs: x, outputs: l.add()([hidden(hidden(x)), l.dropout(0.5)(x)]) }), [4]],
  [l.functional({ inputs: [x], outputs: [hidden(x), l.dense(2)(hidden(x))] }), [[4]]],
  [l.add(), [[2, 3], [3]]],
  [l.subtract(), [[3], [2, 3]]],
  [l.multiply(), [[3], [3], [3]]],
  [l.average(), [[3], [3]]],
  [l.maximum(), [[3], [3]]],
  [l.minimum(), [[3], [3]]],
  [
    l.concatenate({ axis: 1 }),
    [
      [2, 3],
      [1, 3],
    ],
  ],
  [
    l.dot({ axes: 2, normalize: true }),
    [
      [5, 3],
      [2, 3],
    ],
  ],
  [l.sequentialLayer([l.conv2d(2, 2), l.batchNormalization(), l.flatten(), l.dense(3), l.dense(2)]), [3, 3, 1]],
];
const named = layers.map(
  ([layer, shape]) => [`${layer.kind} ${JSON.stringify(layer.config).slice(0, 60)}`, layer, shape] as const,
);

type Shapes = ExampleShape | readonly ExampleShape[];
const areSeveral = (shape: Shapes): shape is readonly ExampleShape[] => Array.isArray(shape[0]);

/** A signal of examples of a shape, or of several shapes. */
function batchOf(count: number, shape: Shapes, seed = 1): Signal {
  const one = (of: ExampleShape, i: number): Tensor =>
    randomNormal([count, ...of], { key: key(seed + 100 * i) }) as Tensor;
  return areSeveral(shape) ? shape.map(one) : one(shape, 0);
}

const listOf = (signal: Signal): readonly Tensor[] => (signal instanceof Tensor ? [signal] : signal);
const mapSignal = (signal: Signal, f: (one: Tensor) => Tensor): Signal =>
  signal instanceof Tensor ? f(signal) : signal.map(f);
const allNumbers = (signal: Signal): number[] => listOf(signal).flatMap(numbersOf);
/** The sum of products of two signals. */
const inner = (a: Signal, b: Signal): Tensor =>
  listOf(a)
    .map((one, i) => sum(mul(one, listOf(b)[i] as Tensor)) as Tensor)
    .reduce((p, q) => add(p, q) as Tensor);
/** Example `i` alone. */
const exampleOf = (signal: Signal, i: number): Signal =>
  mapSignal(signal, (one) => slice(one, [i, ...one.shape.slice(1).map(() => 0)], [1, ...one.shape.slice(1)]) as Tensor);

function weightAt(tree: Weights, path: readonly string[]): Tensor {
  return path.reduce((level: Weights | Tensor, part) => (level as Weights)[part] as Weights | Tensor, tree) as Tensor;
}

describe('every layer', () => {
  it.each(named)('%s gives the shape it says', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(0), shape);
    for (const count of [1, 3]) {
      const { output } = layer.apply(parameters, state, batchOf(count, shape), inference);
      const expected: Shapes = layer.outputShape(shape);
      const shapes = areSeveral(expected) ? expected : [expected];
      expect(listOf(output).map((one) => one.shape)).toEqual(shapes.map((one) => [count, ...one]));
    }
  });

  it.each(named)('%s makes the weights it describes, from the key alone', (_, layer, shape) => {
    const made = layer.initialize(key(3), shape);
    const again = layer.initialize(key(3), shape);
    const specifications = layer.weights(shape);
    for (const { path, shape: expected, dtype, trainable } of specifications) {
      const weight = weightAt(trainable ? made.parameters : made.state, path);
      expect(weight.abstract).toMatchObject({ shape: expected, dtype });
      expect(numbersOf(weightAt(trainable ? again.parameters : again.state, path))).toEqual(numbersOf(weight));
    }
    expect(flattenTree(made).leaves.length).toBe(specifications.length);
  });

  it.each(named)('%s treats the examples of a batch one by one', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(0), shape);
    const batch = batchOf(3, shape);
    const whole = layer.apply(parameters, state, batch, inference).output;
    for (const i of [0, 1, 2]) {
      const single = layer.apply(parameters, state, exampleOf(batch, i), inference).output;
      expectClose(allNumbers(single), allNumbers(exampleOf(whole, i)));
    }
  });

  it.each(named)('%s comes back from its configuration', (_, layer, shape) => {
    const { kind, name, config } = layer;
    const copy = l.layerFromConfig(JSON.parse(JSON.stringify({ kind, name, config })));
    expect(copy.config).toEqual(layer.config);
    const { parameters, state } = layer.initialize(key(0), shape);
    const x = batchOf(2, shape);
    expect(allNumbers(copy.apply(parameters, state, x, inference).output)).toEqual(
      allNumbers(layer.apply(parameters, state, x, inference).output),
    );
  });

  it.each(named)('%s captures to the same values, in training too', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(0), shape);
    const x = batchOf(2, shape);
    const train = (p: Weights, s: Weights, input: Signal, random: Tensor) =>
      layer.apply(p, s, input, { training: true, key: random });
    const eager = train(parameters, state, x, key(9));
    const captured = jit(train)(parameters, state, x, key(9));
    expectClose(allNumbers(captured.output), allNumbers(eager.output));
    const after = flattenTree(eager.state).leaves.map((leaf) => numbersOf(leaf as Tensor));
    flattenTree(captured.state).leaves.forEach((leaf, i) => {
      expectClose(numbersOf(leaf as Tensor), after[i] as number[]);
    });
  });

  it.each(named)('%s has a gradient by every parameter', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(0), shape);
    if (Object.keys(parameters).length === 0) return;
    const x = batchOf(3, shape);
    const probe = batchOf(3, layer.outputShape(shape), 5);
    const gradients = grad((p: Weights) => {
      const { output } = layer.apply(p, state, x, { training: true, key: key(1) });
      return inner(output, probe);
    })(parameters);
    for (const { path, shape: expected, trainable } of layer.weights(shape)) {
      if (!trainable) continue;
      const gradient = weightAt(gradients as Weights, path);
      expect(gradient.shape).toEqual(expected);
      expect(numbersOf(gradient).every(Number.isFinite)).toBe(true);
    }
  });

  it.each(named)('%s has gradients that finite differences confirm', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(7), shape);
    const doubled = (tree: Weights): Weights =>
      Object.fromEntries(
        Object.entries(tree).map(([name, weight]) => [
          name,
          weight instanceof Tensor ? (cast(weight, 'float64') as Tensor) : doubled(weight),
        ]),
      );
    const draw = (like: Tensor, seed: number): Tensor =>
      cast(randomNormal([...like.shape], { key: key(seed) }) as Tensor, 'float64');
    const double = (signal: Signal): Signal => mapSignal(signal, (one) => cast(one, 'float64') as Tensor);
    const x = double(batchOf(2, shape, 3));
    const probe = double(batchOf(2, layer.outputShape(shape), 5));
    const f = (at: { p: Weights; x: Signal }): Tensor =>
      inner(layer.apply(at.p, doubled(state), at.x, { training: true, key: key(1) }).output, probe);
    const start = { p: doubled(parameters), x };
    const leaves = (tree: unknown): Tensor[] => flattenTree(tree).leaves as Tensor[];
    const { leaves: from, structure } = flattenTree(start);
    const directions = (from as Tensor[]).map((leaf, i) => draw(leaf, 20 + i));
    const moved = (step: number): typeof start => {
      const shifted = (from as Tensor[]).map((leaf, i) => add(leaf, mul(directions[i] as Tensor, step)));
      return structure.rebuild(shifted) as typeof start;
    };
    const h = 1e-6;
    const slope = (Number(f(moved(h)).item()) - Number(f(moved(-h)).item())) / (2 * h);
    const found = leaves(grad(f)(start)).reduce(
      (total, gradient, i) => total + Number((sum(mul(gradient, directions[i] as Tensor)) as Tensor).item()),
      0,
    );
    expect(Math.abs(found - slope)).toBeLessThan(1e-5 * Math.max(1, Math.abs(slope)));
  });

  it.each(named)('%s keeps float64, and float16 where it has no weights', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(0), shape);
    const dtypes =
      layer.weights(shape).length === 0 ? (['float64', 'float16', 'float32'] as const) : (['float64'] as const);
    for (const dtype of dtypes) {
      for (const context of [inference, { training: true, key: key(1) }]) {
        const x = mapSignal(batchOf(2, shape), (one) => cast(one, dtype) as Tensor);
        const { output } = layer.apply(parameters, state, x, context);
        expect(listOf(output).map((one) => one.dtype)).toEqual(listOf(output).map(() => dtype));
      }
    }
  });

  it.each(named)('%s takes a name', (_, layer) => {
    expect(layer.name).toBe(layer.kind);
    const other = layer.with({ name: 'mine' });
    expect([other.name, other.kind, other.config]).toEqual(['mine', layer.kind, layer.config]);
  });
});

it('holds every kind of layer to these laws', () => {
  const held = new Set(layers.map(([{ kind }]) => kind));
  // Their inputs are indices, of which there are no derivatives; they have tests of their own.
  for (const kind of ['embedding', 'reversibleEmbedding', 'tokenAndPositionEmbedding']) held.add(kind);
  expect(l.layerKinds.filter((kind) => !held.has(kind))).toEqual([]);
});
