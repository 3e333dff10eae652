/**
 * Initialisers of weights: plain data (a name and its settings), so that they stand in a layer's configuration as they are,
 * and one table of functions that make the weight. All draws come from the key, so a weight is a pure function of it.
 */
import { currentInterpreter, ndZeros, raise, shapeText, sizeOf, type Tensor } from '@deft/core';
import {
  diagPart,
  randomNormal as drawNormal,
  truncatedNormal as drawTruncatedNormal,
  randomUniform as drawUniform,
  less,
  mul,
  qr,
  reshape,
  transpose,
  where,
} from '@deft/tensor';
import { checkNamed, type Named, type NamedOption, type SettingTable } from './named-settings.ts';

interface ScaleRule {
  readonly scale: number;
  readonly mode: 'fanIn' | 'fanOut' | 'fanAverage';
  readonly distribution: 'truncatedNormal' | 'untruncatedNormal' | 'uniform';
}

type ScaledName = 'glorotUniform' | 'glorotNormal' | 'heUniform' | 'heNormal' | 'lecunUniform' | 'lecunNormal';

/** Keras's variance-scaling initialisers: variance `scale / fan`. */
const scaleRules: Readonly<Record<ScaledName, ScaleRule>> = {
  glorotUniform: { scale: 1, mode: 'fanAverage', distribution: 'uniform' },
  glorotNormal: { scale: 1, mode: 'fanAverage', distribution: 'truncatedNormal' },
  heUniform: { scale: 2, mode: 'fanIn', distribution: 'uniform' },
  heNormal: { scale: 2, mode: 'fanIn', distribution: 'truncatedNormal' },
  lecunUniform: { scale: 1, mode: 'fanIn', distribution: 'uniform' },
  lecunNormal: { scale: 1, mode: 'fanIn', distribution: 'truncatedNormal' },
};

/** Name of an initialiser. */
export type InitializerName =
  | ScaledName
  | 'zeros'
  | 'ones'
  | 'constant'
  | 'identity'
  | 'orthogonal'
  | 'randomNormal'
  | 'truncatedNormal'
  | 'randomUniform'
  | 'varianceScaling';

const atLeast = (start: number, least = 0) => ({ start, least });
const normal = { mean: { start: 0 }, standardDeviation: atLeast(0.05) };

/** What initialisers take. */
const settings: SettingTable<InitializerName> = {
  glorotUniform: {},
  glorotNormal: {},
  heUniform: {},
  heNormal: {},
  lecunUniform: {},
  lecunNormal: {},
  zeros: {},
  ones: {},
  constant: { value: { start: 0 } },
  identity: { gain: { start: 1 } },
  orthogonal: { gain: { start: 1 } },
  randomNormal: normal,
  truncatedNormal: normal,
  randomUniform: { minimum: { start: -0.05 }, maximum: { start: 0.05 } },
  varianceScaling: {
    scale: atLeast(1),
    mode: { start: 'fanIn', words: ['fanIn', 'fanOut', 'fanAverage'] },
    distribution: { start: 'truncatedNormal', words: ['truncatedNormal', 'untruncatedNormal', 'uniform'] },
  },
};

/** All names of initialisers. */
export const initializerNames: readonly InitializerName[] = Object.keys(settings) as InitializerName[];

/** An initialiser: its name and settings. */
export type Initializer = Named<InitializerName>;

/** What layers take: a name, or a name with settings. */
export type InitializerOption = NamedOption<InitializerName>;

/** A complete initialiser from an option. Throws `E_LAYER` for unknown names, foreign settings and values they cannot have. */
export function checkInitializer(layer: string, argument: string, option: unknown): Initializer {
  return checkNamed(layer, argument, option, settings);
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
  const fan = { fanIn, fanOut, fanAverage: (fanIn + fanOut) / 2 }[rule.mode];
  const variance = rule.scale / Math.max(1, fan);
  if (rule.distribution === 'untruncatedNormal') {
    return drawNormal([...shape], { key, standardDeviation: Math.sqrt(variance) });
  }
  if (rule.distribution === 'truncatedNormal') {
    return drawTruncatedNormal([...shape], { key, standardDeviation: Math.sqrt(variance) / truncatedDeviation });
  }
  const limit = Math.sqrt(3 * variance);
  return drawUniform([...shape], { key, minimum: -limit, maximum: limit });
}

/** Throws `E_LAYER` unless a weight has as many axes as its initialiser needs. */
function needAxes(name: string, shape: readonly number[], fits: boolean, expected: string): void {
  if (fits) return;
  raise('E_LAYER', { op: `initializer ${name}`, argument: 'shape', expected, found: shapeText(shape) });
}

function identityMatrix(gain: number, shape: readonly number[]): Tensor {
  needAxes('identity', shape, shape.length === 2, 'two axes');
  const [rows, columns] = shape as [number, number];
  const array = ndZeros(shape);
  for (let i = 0; i < Math.min(rows, columns); i++) array.data[i * columns + i] = gain;
  return currentInterpreter().constant(array, false);
}

/**
 * A matrix with orthonormal rows or columns, whichever are fewer: Q of a normal matrix, with the signs of R's diagonal so that
 * it is uniform among all of them (Mezzadri 2007). All axes but the last are its rows.
 */
function orthogonalMatrix(gain: number, key: Tensor, shape: readonly number[]): Tensor {
  needAxes('orthogonal', shape, shape.length >= 2, 'two axes or more');
  const columns = shape.at(-1) as number;
  const rows = sizeOf(shape.slice(0, -1));
  if (rows === 0 || columns === 0) return filled(shape, 0);
  const [q, r] = qr(drawNormal([Math.max(rows, columns), Math.min(rows, columns)], { key }) as Tensor);
  const signs = where(less(diagPart(r) as Tensor, 0), -gain, gain);
  const signed = mul(q, signs) as Tensor;
  return reshape(rows < columns ? transpose(signed) : signed, [...shape]);
}

/**
 * A new float32 weight.
 *
 * @throws `E_LAYER` where the initialiser cannot make the shape: `identity` has two axes, `orthogonal` two or more
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
  const number = (setting: string): number => initializer[setting] as number;
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
    case 'identity':
      return identityMatrix(number('gain'), shape);
    case 'orthogonal':
      return orthogonalMatrix(number('gain'), key, shape);
    case 'varianceScaling':
      return scaled(initializer as unknown as ScaleRule, key, shape);
    default:
      return scaled(scaleRules[name], key, shape);
  }
}
