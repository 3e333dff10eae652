/**
 * Layers that tell steps their positions: rotations, waves, and a table of weights. While a sequence is worked through piece by
 * piece, their state holds the position that they go on from.
 */
import { isFloating, shapeText, type Tensor } from '@deft/core';
import { broadcastTo, cast, cos, gather, mul, reshape, sin, slice, tensor, where } from '@deft/tensor';
import { defineLayer, type OwnWeights } from '../define-layer.ts';
import type { ExampleShape, Layer, LayerOptions, LayerOutput } from '../layer.ts';
import type { Fail } from '../layer-errors.ts';
import { axisNumber, placeOf, wholeNumber } from '../options.ts';
import { checkWeightOptions, type WeightOptions } from '../weight-options.ts';
import { positionAfter, positionIn, startPosition } from './key-value-cache.ts';
import { checkRotation, positionsFrom, type RotationOptions, rotate } from './rotation.ts';

/** The output with the state to go on from, where there is one. */
function goOn(weights: OwnWeights, output: Tensor, steps: number): Tensor | LayerOutput {
  const position = positionIn(weights);
  return position === undefined ? output : { output, state: { position: positionAfter(position, steps) } };
}

function checkSteps(inputShape: ExampleShape, fail: Fail): void {
  if (inputShape.length < 2)
    fail({ expected: 'examples of shape [..., steps, features]', found: shapeText(inputShape) });
}

/** Options of `rotaryEmbedding`. */
export interface RotaryEmbeddingOptions extends LayerOptions, RotationOptions {
  /** The axis of the batch (the first of an example is 1) with the steps; 1 unless told. */
  readonly sequenceAxis?: number;
  /** The axis of the batch with the features, of which there is an even number; the last unless told. */
  readonly featureAxis?: number;
}

/**
 * Turns pairs of features by angles that grow with the position (Su et al. 2021), so that products of two steps depend on their
 * distance alone. Feature `i` of the first half and feature `i` of the second are a pair, which turns by
 * `position / scalingFactor / maxWavelength ** (2 i / features)`.
 *
 * @throws `E_LAYER` for bad options, an odd number of features, and inputs without those axes
 * @example
 * ```ts
 * import { rotaryEmbedding } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const x = tensor([[[1, 0], [1, 0]]]);
 * const turned = rotaryEmbedding().apply({}, {}, x, { training: false }).output;
 * console.log(turned.toArray()); // → [[[1, 0], [0.5403…, 0.8414…]]]
 * ```
 */
export function rotaryEmbedding(options: RotaryEmbeddingOptions = {}): Layer {
  const kind = 'rotaryEmbedding';
  const rotation = checkRotation(kind, options);
  const sequenceAxis = axisNumber(kind, 'sequenceAxis', options.sequenceAxis ?? 1);
  const featureAxis = axisNumber(kind, 'featureAxis', options.featureAxis ?? -1);
  /** The axes of steps and features of a batch. */
  const places = (inputShape: ExampleShape, fail: Fail): [number, number] => {
    const [steps, features] = [sequenceAxis, featureAxis].map((axis) => placeOf(axis, inputShape, fail)) as [
      number,
      number,
    ];
    if (steps === features || (inputShape[features] as number) % 2 === 1) {
      fail({ expected: 'examples with steps, and an even number of features', found: shapeText(inputShape) });
    }
    return [steps + 1, features + 1];
  };
  return defineLayer({
    kind,
    options,
    mask: 'keeps',
    config: { ...rotation, sequenceAxis, featureAxis },
    outputShape: (inputShape, fail) => {
      places(inputShape, fail);
      return inputShape;
    },
    apply: (weights, x, _, fail) => {
      const [steps, features] = places(x.shape.slice(1), fail);
      const count = x.shape[steps] as number;
      const turned = rotate(x, positionsFrom(positionIn(weights), count), rotation, steps, features);
      return goOn(weights, turned, count);
    },
    decodingState: () => ({ position: startPosition() }),
  });
}

/** Options of `sinePositionEncoding`. */
export interface SinePositionEncodingOptions extends LayerOptions {
  /** How long the longest wave is, but for a factor 2π; 10000 unless told. */
  readonly maxWavelength?: number;
}

/**
 * Waves of the position (Vaswani et al. 2017) for inputs `[…, steps, features]`, to be added to them: feature `2 i` is the sine,
 * feature `2 i + 1` the cosine, of `position / maxWavelength ** (2 i / features)`. The values of the input do not matter.
 *
 * @throws `E_LAYER` for bad options and inputs without steps and features
 * @example
 * ```ts
 * import { sinePositionEncoding } from '@deft/nn';
 * import { zeros } from '@deft/tensor';
 * const layer = sinePositionEncoding();
 * console.log(layer.apply({}, {}, zeros([1, 2, 2]), { training: false }).output.toArray()); // → [[[0, 1], [0.8414…, 0.5403…]]]
 * ```
 */
export function sinePositionEncoding(options: SinePositionEncodingOptions = {}): Layer {
  const kind = 'sinePositionEncoding';
  const { maxWavelength } = checkRotation(kind, { maxWavelength: options.maxWavelength as number });
  return defineLayer({
    kind,
    options,
    mask: 'keeps',
    config: { maxWavelength },
    outputShape: (inputShape, fail) => {
      checkSteps(inputShape, fail);
      return inputShape;
    },
    apply: (weights, x) => {
      const [steps, features] = x.shape.slice(-2) as [number, number];
      const dtype = x.dtype === 'float64' ? 'float64' : 'float32';
      const places = Array.from({ length: features }, (_, i) => i);
      const speeds = places.map((i) => maxWavelength ** ((-2 * Math.floor(i / 2)) / features));
      const positions = cast(positionsFrom(positionIn(weights), steps), dtype) as Tensor;
      const angles = mul(reshape(positions, [steps, 1]), tensor(speeds, { dtype })) as Tensor;
      const isSine = tensor(
        places.map((i) => i % 2 === 0),
        { dtype: 'bool' },
      ) as Tensor;
      const waves = cast(where(isSine, sin(angles), cos(angles)), isFloating(x.dtype) ? x.dtype : dtype) as Tensor;
      return goOn(weights, broadcastTo(waves, [...x.shape]) as Tensor, steps);
    },
    decodingState: () => ({ position: startPosition() }),
  });
}

/** Options of `positionEmbedding`. The rows begin as `glorotUniform` unless told. */
export interface PositionEmbeddingOptions extends LayerOptions, WeightOptions<'embeddings'> {}

/**
 * A row of weights for every position of inputs `[…, steps, features]`, to be added to them. The values of the input do not
 * matter.
 *
 * Weight `embeddings` `[sequenceLength, features]`.
 *
 * @param sequenceLength steps of the longest sequence
 * @throws `E_LAYER` for bad options, longer sequences, and inputs without steps and features
 * @example
 * ```ts
 * import { positionEmbedding } from '@deft/nn';
 * const layer = positionEmbedding(64);
 * console.log(layer.outputShape([10, 16]), layer.weights([10, 16])[0]?.shape); // → [10, 16] [64, 16]
 * ```
 */
export function positionEmbedding(sequenceLength: number, options: PositionEmbeddingOptions = {}): Layer {
  const kind = 'positionEmbedding';
  wholeNumber(kind, 'sequenceLength', sequenceLength);
  const own = checkWeightOptions(kind, options, { embeddings: 'glorotUniform' });
  const check = (steps: number, fail: Fail): void => {
    if (steps > sequenceLength) fail({ expected: `at most ${sequenceLength} steps`, found: String(steps) });
  };
  return defineLayer({
    kind,
    options,
    mask: 'keeps',
    config: { sequenceLength, ...own.config },
    outputShape: (inputShape, fail) => {
      checkSteps(inputShape, fail);
      check(inputShape.at(-2) as number, fail);
      return inputShape;
    },
    weights: (inputShape) => [own.declare('embeddings', [sequenceLength, inputShape.at(-1) as number])],
    apply: (weights, x) => {
      const embeddings = weights['embeddings'] as Tensor;
      const [steps, features] = x.shape.slice(-2) as [number, number];
      const position = positionIn(weights);
      const rows =
        position === undefined
          ? slice(embeddings, [0, 0], [steps, features])
          : gather(embeddings, positionsFrom(position, steps), { axis: 0 });
      const wide = x.dtype === 'float64' ? cast(rows, 'float64') : rows;
      return goOn(weights, broadcastTo(wide as Tensor, [...x.shape]) as Tensor, steps);
    },
    decodingState: (_, { length }, fail) => {
      check(length, fail);
      return { position: startPosition() };
    },
  });
}
