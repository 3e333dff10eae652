/**
 * Initialisers of weights: plain data (a name and numbers), so that they stand in a layer's configuration as they are, and
 * one table of functions that make the weight. All draws come from the key, so a weight is a pure function of it.
 */
import { currentInterpreter, ndZeros, raise, sizeOf, type Tensor } from '@deft/core';
import {
  randomNormal as drawNormal,
  truncatedNormal as drawTruncatedNormal,
  randomUniform as drawUniform,
} from '@deft/tensor';

interface ScaleRule {
  readonly scale: number;
  readonly mode: 'fanIn' | 'fanAverage';
  readonly distribution: 'uniform' | 'truncatedNormal';
}

/** Keras's variance-scaling initialisers: variance `scale / fan`. */
const varianceScaling = {
  glorotUniform: { scale: 1, mode: 'fanAverage', distribution: 'uniform' },
  glorotNormal: { scale: 1, mode: 'fanAverage', distribution: 'truncatedNormal' },
  heUniform: { scale: 2, mode: 'fanIn', distribution: 'uniform' },
  heNormal: { scale: 2, mode: 'fanIn', distribution: 'truncatedNormal' },
  lecunUniform: { scale: 1, mode: 'fanIn', distribution: 'uniform' },
  lecunNormal: { scale: 1, mode: 'fanIn', distribution: 'truncatedNormal' },
} as const satisfies Record<string, ScaleRule>;

/** Name of an initialiser. */
export type InitializerName =
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'lecunUniform'
  | 'lecunNormal'
  | 'zeros'
  | 'ones'
  | 'constant'
  | 'randomNormal'
  | 'truncatedNormal'
  | 'randomUniform';

/** Numbers that an initialiser takes, with the values they have unless told. */
const parameters: Readonly<Record<InitializerName, { readonly [parameter: string]: number }>> = {
  glorotUniform: {},
  glorotNormal: {},
  heUniform: {},
  heNormal: {},
  lecunUniform: {},
  lecunNormal: {},
  zeros: {},
  ones: {},
  constant: { value: 0 },
  randomNormal: { mean: 0, standardDeviation: 0.05 },
  truncatedNormal: { mean: 0, standardDeviation: 0.05 },
  randomUniform: { minimum: -0.05, maximum: 0.05 },
};

/** An initialiser: its name and numbers. */
export interface Initializer {
  readonly name: InitializerName;
  readonly [parameter: string]: number | InitializerName;
}

/** What layers take: a name, or a name with numbers. */
export type InitializerOption =
  | InitializerName
  | ({ readonly name: InitializerName } & { readonly [parameter: string]: unknown });

/** A complete initialiser from an option. Throws `E_LAYER` for unknown names, foreign numbers and values that are not finite. */
export function checkInitializer(layer: string, argument: string, option: unknown): Initializer {
  const given: { readonly [key: string]: unknown } =
    typeof option === 'object' && option !== null && !Array.isArray(option)
      ? (option as { [key: string]: unknown })
      : { name: option };
  const { name } = given;
  if (typeof name !== 'string' || !Object.hasOwn(parameters, name)) {
    raise('E_LAYER', {
      op: layer,
      argument,
      expected: `one of ${Object.keys(parameters).join(', ')}`,
      found: typeof name === 'string' ? JSON.stringify(name.slice(0, 40)) : typeof name,
    });
  }
  const known: { readonly [parameter: string]: number } = parameters[name as InitializerName];
  const complete: Record<string, number> = { ...known };
  for (const [parameter, value] of Object.entries(given)) {
    if (parameter === 'name') continue;
    if (!Object.hasOwn(known, parameter) || typeof value !== 'number' || !Number.isFinite(value)) {
      const expected = Object.keys(known).length === 0 ? 'no numbers' : `finite ${Object.keys(known).join(' and ')}`;
      raise('E_LAYER', {
        op: layer,
        argument: `${argument} ${name}`,
        expected,
        found: JSON.stringify(parameter.slice(0, 40)),
      });
    }
    complete[parameter] = value;
  }
  return { ...complete, name: name as InitializerName };
}

/**
 * How many inputs and outputs a weight connects: for a matrix its two dims, for a convolution's filter (`HWIO`) those
 * times the receptive field.
 */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const field = sizeOf(shape.slice(0, -2));
  return { fanIn: (shape.at(-2) as number) * field, fanOut: (shape.at(-1) as number) * field };
}

const filled = (shape: readonly number[], value: number): Tensor => {
  const array = ndZeros(shape);
  array.data.fill(value);
  return currentInterpreter().constant(array, false);
};

/** Deviation of a standard normal that is cut off at two deviations. */
const truncatedDeviation = 0.87962566103423978;

function scaled(rule: ScaleRule, key: Tensor, shape: readonly number[]): Tensor {
  const { fanIn, fanOut } = fans(shape);
  const variance = rule.scale / Math.max(1, rule.mode === 'fanIn' ? fanIn : (fanIn + fanOut) / 2);
  if (rule.distribution === 'truncatedNormal') {
    return drawTruncatedNormal([...shape], { key, standardDeviation: Math.sqrt(variance) / truncatedDeviation });
  }
  const limit = Math.sqrt(3 * variance);
  return drawUniform([...shape], { key, minimum: -limit, maximum: limit });
}

/**
 * A new float32 weight.
 *
 * @param key `uint32[2]`
 * @example
 * ```ts
 * import { createWeight } from '@deft/nn';
 * import { key } from '@deft/tensor';
 * console.log(createWeight({ name: 'heNormal' }, key(0), [3, 3, 1, 8]).shape); // [3, 3, 1, 8]
 * ```
 */
export function createWeight(initializer: Initializer, key: Tensor, shape: readonly number[]): Tensor {
  const { name } = initializer;
  const number = (parameter: string): number => initializer[parameter] as number;
  switch (name) {
    case 'zeros':
      return filled(shape, 0);
    case 'ones':
      return filled(shape, 1);
    case 'constant':
      return filled(shape, number('value'));
    case 'randomNormal':
      return drawNormal([...shape], { key, mean: number('mean'), standardDeviation: number('standardDeviation') });
    case 'truncatedNormal':
      return drawTruncatedNormal([...shape], {
        key,
        mean: number('mean'),
        standardDeviation: number('standardDeviation'),
      });
    case 'randomUniform':
      return drawUniform([...shape], { key, minimum: number('minimum'), maximum: number('maximum') });
    default:
      return scaled(varianceScaling[name], key, shape);
  }
}
