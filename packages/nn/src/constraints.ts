/** Constraints: what a weight is brought back to after every step of training. Plain data, as initialisers are. */
import type { Tensor } from '@deft/core';
import { add, clip, div, maximum, mul, sqrt, square, sum } from '@deft/tensor';
import { checkNamed, type Named, type NamedOption, type SettingTable } from './named-settings.ts';

/** Name of a constraint. */
export type ConstraintName = 'maxNorm' | 'minMaxNorm' | 'nonNegative' | 'unitNorm';

/** A constraint: its name and settings. */
export type Constraint = Named<ConstraintName>;

/** What layers take: a name, or a name with settings; `null` for none. */
export type ConstraintOption = NamedOption<ConstraintName> | null;

const axis = { start: 0, isAxes: true };
const size = (start: number) => ({ start, least: 0 });

const settings: SettingTable<ConstraintName> = {
  maxNorm: { maxValue: size(2), axis },
  minMaxNorm: { minValue: size(0), maxValue: size(1), rate: size(1), axis },
  nonNegative: {},
  unitNorm: { axis },
};

/** A complete constraint from an option, `null` for none. Throws `E_LAYER` for what it cannot be. */
export function checkConstraint(layer: string, argument: string, option: unknown): Constraint | null {
  return option === null || option === undefined ? null : checkNamed(layer, argument, option, settings);
}

/** Keeps quotients finite where a norm is 0. */
const smallest = 1e-7;

/**
 * The weight that a constraint allows: norms (along `axis`, the inputs of a dense kernel being axis 0) of at most `maxValue`;
 * norms moved by `rate` towards the range from `minValue` to `maxValue`; norms of 1; no element below 0.
 *
 * @example
 * ```ts
 * import { constrain } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * console.log(constrain({ name: 'nonNegative' }, tensor([-1, 2])).toArray()); // → [0, 2]
 * ```
 */
export function constrain(constraint: Constraint, weight: Tensor): Tensor {
  if (constraint.name === 'nonNegative') return maximum(weight, 0) as Tensor;
  const norm = sqrt(sum(square(weight), { axis: constraint['axis'] as number, keepDims: true })) as Tensor;
  const { minValue = 0, maxValue = 1, rate = 1 } = constraint as unknown as { [setting: string]: number };
  const scaledTo = (wanted: Tensor): Tensor => mul(weight, div(wanted, add(norm, smallest))) as Tensor;
  switch (constraint.name) {
    case 'unitNorm':
      return div(weight, add(norm, smallest)) as Tensor;
    case 'maxNorm':
      return scaledTo(clip(norm, 0, maxValue) as Tensor);
    case 'minMaxNorm':
      return scaledTo(add(mul(clip(norm, minValue, maxValue), rate), mul(norm, 1 - rate)) as Tensor);
  }
}
