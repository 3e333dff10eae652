/** `conv2d`: a convolution over images. */
import type { Tensor } from '@deft/core';
import { add, conv2d as convolve } from '@deft/tensor';
import { type ActivationName, activate, checkActivation } from './activations.ts';
import { checkInitializer, type InitializerOption } from './initializers.ts';
import { defineLayer, type Layer } from './layer.ts';
import { flag, oneOf, pair, wholeNumber } from './options.ts';
import { imageShape, type Padding, paddings, windowCount } from './spatial.ts';

/** Options of `conv2d`. */
export interface Conv2dOptions {
  /** Steps of the window; 1 unless told. */
  readonly strides?: number | readonly [number, number];
  /** `valid` unless told. */
  readonly padding?: Padding;
  /** Spacing of the filter's taps; 1 unless told. */
  readonly dilationRate?: number | readonly [number, number];
  readonly activation?: ActivationName;
  /** Whether a bias is added; true unless told. */
  readonly useBias?: boolean;
  /** `glorotUniform` unless told. */
  readonly kernelInitializer?: InitializerOption;
  /** `zeros` unless told. */
  readonly biasInitializer?: InitializerOption;
  readonly name?: string;
}

/**
 * A convolution (cross-correlation, as in Keras) over images `[height, width, channels]`.
 *
 * Weights `kernel` `[kernelHeight, kernelWidth, channels, filters]` and `bias` `[filters]`.
 *
 * @throws `E_LAYER` for bad options, an input that is no image, or one smaller than the filter with padding `valid`
 * @example
 * ```ts
 * import { conv2d } from '@deft/nn';
 * console.log(conv2d(32, 3).outputShape([28, 28, 1])); // [26, 26, 32]
 * ```
 */
export function conv2d(
  filters: number,
  kernelSize: number | readonly [number, number],
  options: Conv2dOptions = {},
): Layer {
  wholeNumber('conv2d', 'filters', filters);
  const window = pair('conv2d', 'kernelSize', kernelSize);
  const strides = pair('conv2d', 'strides', options.strides ?? 1);
  const dilationRate = pair('conv2d', 'dilationRate', options.dilationRate ?? 1);
  const padding = oneOf('conv2d', 'padding', options.padding ?? 'valid', paddings);
  const activation = checkActivation('conv2d', options.activation ?? 'linear');
  const useBias = flag('conv2d', 'useBias', options.useBias ?? true);
  const kernelInitializer = checkInitializer(
    'conv2d',
    'kernelInitializer',
    options.kernelInitializer ?? 'glorotUniform',
  );
  const biasInitializer = checkInitializer('conv2d', 'biasInitializer', options.biasInitializer ?? 'zeros');
  return defineLayer({
    kind: 'conv2d',
    name: options.name,
    config: {
      filters,
      kernelSize: window,
      strides,
      padding,
      dilationRate,
      activation,
      useBias,
      kernelInitializer,
      biasInitializer,
    },
    named: (name) => conv2d(filters, kernelSize, { ...options, name }),
    outputShape: (inputShape, fail) => {
      const [height, width] = imageShape(inputShape, fail);
      return [
        windowCount(height, window[0], strides[0], padding, fail, dilationRate[0]),
        windowCount(width, window[1], strides[1], padding, fail, dilationRate[1]),
        filters,
      ];
    },
    weights: (inputShape) => [
      { name: 'kernel', shape: [...window, inputShape[2] as number, filters], initializer: kernelInitializer },
      ...(useBias ? [{ name: 'bias', shape: [filters], initializer: biasInitializer }] : []),
    ],
    apply: ({ kernel, bias }, x) => {
      const product = convolve(x, kernel as Tensor, { strides, padding, dilation: dilationRate });
      return activate(activation, bias === undefined ? product : add(product, bias));
    },
  });
}
