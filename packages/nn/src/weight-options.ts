/**
 * What layers are told of their weights: for a weight `kernel` the options `kernelInitializer`, `kernelRegularizer` and
 * `kernelConstraint`. One call checks them all and declares the weights.
 */
import { type Constraint, type ConstraintOption, checkConstraint } from './constraints.ts';
import type { WeightDeclaration } from './define-layer.ts';
import { checkInitializer, type Initializer, type InitializerOption } from './initializers.ts';
import type { LayerConfig } from './layer.ts';
import { checkRegularizer, type Regularizer, type RegularizerOption } from './regularizers.ts';

/** Options of weights by their names: `WeightOptions<'kernel' | 'bias'>`. */
export type WeightOptions<N extends string> = {
  /** How it is made. */
  readonly [K in `${N}Initializer`]?: InitializerOption | undefined;
} & {
  /** What its size costs; nothing unless told. */
  readonly [K in `${N}Regularizer`]?: RegularizerOption | undefined;
} & {
  /** What it is brought back to after every step; nothing unless told. */
  readonly [K in `${N}Constraint`]?: ConstraintOption | undefined;
};

/** Options of weights after their checks. */
export interface CheckedWeights<N extends string> {
  /** As the layer's configuration has them. */
  readonly config: LayerConfig;
  /** A weight of the layer, called as its options begin unless told. */
  declare(option: N, shape: readonly number[], name?: string): WeightDeclaration;
}

interface Checked {
  readonly initializer: Initializer;
  readonly regularizer?: Regularizer;
  readonly constraint?: Constraint;
}

/**
 * Checks the options of weights. Throws `E_LAYER` naming the one that is not valid.
 *
 * @param starts how each weight is made unless told
 */
export function checkWeightOptions<N extends string>(
  layer: string,
  options: WeightOptions<N>,
  starts: Readonly<Record<N, InitializerOption>>,
): CheckedWeights<N> {
  const given = options as { readonly [option: string]: unknown };
  const config: Record<string, LayerConfig[string]> = {};
  const checked = new Map<N, Checked>();
  for (const weight of Object.keys(starts) as N[]) {
    const initializer = checkInitializer(
      layer,
      `${weight}Initializer`,
      given[`${weight}Initializer`] ?? starts[weight],
    );
    const regularizer = checkRegularizer(layer, `${weight}Regularizer`, given[`${weight}Regularizer`]);
    const constraint = checkConstraint(layer, `${weight}Constraint`, given[`${weight}Constraint`]);
    config[`${weight}Initializer`] = initializer;
    if (regularizer !== null) config[`${weight}Regularizer`] = regularizer;
    if (constraint !== null) config[`${weight}Constraint`] = constraint;
    checked.set(weight, {
      initializer,
      ...(regularizer !== null && { regularizer }),
      ...(constraint !== null && { constraint }),
    });
  }
  return { config, declare: (option, shape, name = option) => ({ name, shape, ...(checked.get(option) as Checked) }) };
}
