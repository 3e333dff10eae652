/** Normalisations of an example's channels: `groupNormalization`, `instanceNormalization`. */
import type { Tensor } from '@deft/core';
import { add, mul, reshape } from '@deft/tensor';
import { defineLayer } from './define-layer.ts';
import type { Layer } from './layer.ts';
import { type AffineOptions, affine, alongAxes, checkOptions, moments, normalize } from './normalization-parts.ts';
import { axisNumber, placeOf, wholeNumber } from './options.ts';
/** Options of `instanceNormalization`. */
export interface InstanceNormalizationOptions extends AffineOptions {
  /** The axis of the batch (the first of an example is 1) with the channels; the last unless told. */
  readonly axis?: number;
}

/** Options of `groupNormalization`. */
export interface GroupNormalizationOptions extends InstanceNormalizationOptions {
  /** Into how many groups the channels are cut; 32 unless told, and −1 for as many as there are channels. */
  readonly groups?: number;
}

function grouped(kind: string, groups: number, options: InstanceNormalizationOptions): Layer {
  const checked = checkOptions(kind, options);
  const axis = axisNumber(kind, 'axis', options.axis ?? -1);
  return defineLayer({
    kind,
    options,
    mask: 'keeps',
    precise: true,
    config: { ...(kind === 'groupNormalization' && { groups }), axis, ...checked.config },
    outputShape: (inputShape, fail) => {
      const channels = inputShape[placeOf(axis, inputShape, fail)] as number;
      if (groups !== -1 && channels % groups !== 0) {
        fail({ expected: `channels that ${groups} groups divide`, found: String(channels) });
      }
      return inputShape;
    },
    weights: (inputShape, fail) => affine([inputShape[placeOf(axis, inputShape, fail)] as number], checked),
    apply: (weights, x, _, fail) => {
      const place = placeOf(axis, x.shape.slice(1), fail);
      const channels = x.shape[place + 1] as number;
      const count = groups === -1 ? channels : groups;
      // The axis of the channels becomes two: the groups, which stay apart, and the channels of a group.
      const cut = reshape(x, [
        ...x.shape.slice(0, place + 1),
        count,
        channels / count,
        ...x.shape.slice(place + 2),
      ]) as Tensor;
      const within = cut.shape.map((_, i) => i).filter((i) => i !== 0 && i !== place + 1);
      const { center, variance } = moments(cut, within, true);
      const normal = reshape(normalize(cut, center, variance, checked.epsilon), [...x.shape]) as Tensor;
      const [gamma, beta] = [weights['gamma'], weights['beta']].map(
        (weight) => weight && alongAxes(weight, x.rank, [place]),
      );
      const scaled = gamma === undefined ? normal : mul(normal, gamma);
      return beta === undefined ? scaled : add(scaled, beta);
    },
  });
}

/**
 * Normalises each example's channels in groups, over the group and all other axes (Wu and He 2018).
 *
 * Weights `gamma` and `beta` `[channels]`.
 *
 * @throws `E_LAYER` for bad options, and for channels that the groups do not divide
 * @example
 * ```ts
 * import { groupNormalization } from '@deft/nn';
 * console.log(groupNormalization({ groups: 2 }).outputShape([8, 8, 6])); // [8, 8, 6]
 * ```
 */
export function groupNormalization(options: GroupNormalizationOptions = {}): Layer {
  const { groups = 32 } = options;
  if (groups !== -1) wholeNumber('groupNormalization', 'groups', groups);
  return grouped('groupNormalization', groups, options);
}

/**
 * Normalises each channel of each example by itself (Ulyanov et al. 2016): `groupNormalization` with a group for each channel.
 *
 * Weights `gamma` and `beta` `[channels]`.
 *
 * @throws `E_LAYER` for bad options or an input without the axis
 * @example
 * ```ts
 * import { instanceNormalization } from '@deft/nn';
 * console.log(instanceNormalization().weights([8, 8, 3]).map(({ shape }) => shape)); // [[3], [3]]
 * ```
 */
export function instanceNormalization(options: InstanceNormalizationOptions = {}): Layer {
  return grouped('instanceNormalization', -1, options);
}
