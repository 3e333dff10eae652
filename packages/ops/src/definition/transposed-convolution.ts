/**
 * Transposed convolutions: the adjoint of a convolution with the same filter array, `[...sizes, filters, channels]`, as in
 * TensorFlow and Keras.
 */
import { type AbstractValue, raise, type Tensor } from '@deft/core';
import { type AnyDataFormat, checkDataFormat, checkImages, isChannelsLast, spatialAxes } from './convolution.ts';
import { channelsAsGiven, channelsLast, inputGradient } from './convolution-rules.ts';
import { checkWholes } from './operand.ts';
import { type AxisPadding, checkPadding, coverOf, eachAxis, type Padding } from './window-geometry.ts';

/** Options of a transposed convolution. */
export interface TransposedConvolutionOptions<F extends AnyDataFormat> {
  /** Steps between the places at which filters are laid; 1 unless told. */
  readonly strides?: number | readonly number[];
  /** The padding of the convolution that this is the adjoint of; `'valid'` unless told. */
  readonly padding?: Padding;
  /** Elements more at the end of each axis, which the stride leaves open; the usual number unless told. */
  readonly outputPadding?: number | readonly number[];
  /** Steps from one element of a filter to the next; 1 unless told. */
  readonly dilation?: number | readonly number[];
  /** Channels last unless told. */
  readonly dataFormat?: F;
}

/** Attributes of a transposed convolution. */
export type TransposedAttributes = {
  readonly strides: readonly number[];
  readonly padding: Padding;
  /** `null` where not told. */
  readonly outputPadding: readonly number[] | null;
  readonly dilation: readonly number[];
  readonly dataFormat: AnyDataFormat;
};

/** Reads the options. Throws `E_ATTRIBUTE`. */
export function transposedAttributes<F extends AnyDataFormat>(
  op: string,
  options: TransposedConvolutionOptions<F>,
  channelsLastFormat: F,
): TransposedAttributes {
  const spatial = channelsLastFormat.length - 2;
  const { strides = 1, padding = 'valid', outputPadding, dilation = 1, dataFormat = channelsLastFormat } = options;
  checkDataFormat(op, dataFormat, spatial);
  checkPadding(op, padding, spatial);
  const steps = eachAxis(op, 'strides', strides, spatial);
  const more = typeof outputPadding === 'number' ? new Array<number>(spatial).fill(outputPadding) : outputPadding;
  if (more !== undefined) {
    checkWholes(op, 'outputPadding', more, spatial, 0);
    if (more.some((count, w) => count >= (steps[w] as number))) {
      raise('E_ATTRIBUTE', {
        op,
        argument: 'outputPadding',
        expected: 'less than the stride',
        found: `[${more.join(', ')}]`,
      });
    }
  }
  return {
    strides: steps,
    padding,
    outputPadding: more ?? null,
    dilation: eachAxis(op, 'dilation', dilation, spatial),
    dataFormat,
  };
}

/**
 * Elements along one axis, and the padding of the convolution that leads back: of W elements with stride S and filters that
 * cover F places, `(W − 1) · S + F − P + outputPadding`; without `outputPadding`, W · S for `'same'`, and W · S + max(F − S, 0)
 * for `'valid'`, as in Keras.
 */
export function transposedExtent(
  dim: number,
  stride: number,
  cover: number,
  padding: 'valid' | 'same' | AxisPadding,
  more: number | undefined,
): { readonly length: number; readonly padding: AxisPadding } {
  const spread = (dim - 1) * stride + cover;
  if (typeof padding !== 'string') return { length: spread - padding[0] - padding[1] + (more ?? 0), padding };
  if (padding === 'valid') {
    const length = more === undefined ? dim * stride + Math.max(cover - stride, 0) : spread + more;
    return { length, padding: [0, 0] };
  }
  const length = more === undefined ? dim * stride : spread - 2 * Math.floor(cover / 2) + more;
  const total = Math.max(0, spread - length);
  return { length, padding: [Math.floor(total / 2), total - Math.floor(total / 2)] };
}

/** The transposed convolution. Throws `E_RANK`, `E_CONV_CHANNELS`, `E_SHAPE`. */
export function transposedConvolution(
  op: string,
  x: Tensor,
  filter: Tensor,
  { strides, padding, outputPadding, dilation, dataFormat }: TransposedAttributes,
): Tensor {
  checkImages(op, x.abstract, dataFormat);
  const rank = dataFormat.length;
  const operands: AbstractValue[] = [x.abstract, filter.abstract];
  if (filter.rank !== rank) {
    raise('E_RANK', {
      op,
      argument: 'filter',
      expected: `rank ${rank} [sizes, filters, channels]`,
      found: `rank ${filter.rank}`,
      operands: [filter.abstract],
    });
  }
  const size = filter.abstract.shape.slice(0, -2);
  const taken = filter.abstract.shape.at(-1) as number;
  const channels = x.abstract.shape[isChannelsLast(dataFormat) ? rank - 1 : 1] as number;
  if (channels !== taken) {
    raise('E_CONV_CHANNELS', { op, says: `the input has ${channels} channels, the filter takes ${taken}`, operands });
  }
  const counts = spatialAxes(dataFormat).map((axis) => x.abstract.shape[axis] as number);
  const extents = counts.map((count, w) => {
    const cover = coverOf(size[w] as number, dilation[w] as number);
    const around = typeof padding === 'string' ? padding : (padding[w] as AxisPadding);
    return transposedExtent(count, strides[w] as number, cover, around, outputPadding?.[w]);
  });
  const dims = extents.map(({ length }) => length);
  if (dims.some((dim) => dim < 1)) {
    raise('E_SHAPE', { op, says: `nothing is left of the result: [${dims.join(', ')}]`, operands });
  }
  const window = {
    axes: counts.map((_, w) => w + 1),
    size,
    strides,
    dilation,
    padding: extents.map((extent) => extent.padding),
  };
  const spread = inputGradient(channelsLast(x, dataFormat), filter, { dims, counts, window }, 1);
  return channelsAsGiven(spread, dataFormat);
}
