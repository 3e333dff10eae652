/** `arange`: evenly spaced numbers. */
import {
  abstractValue,
  carrierOf,
  checkShape,
  type DType,
  isComplex,
  isFloating,
  type OperationFunction,
  raise,
  type Tensor,
} from '@deft/core';
import { castExpression } from '@deft/kernel';
import { definePrimitive } from './definition/define.ts';
import { checkDType } from './definition/operand.ts';
import { generate } from './definition/reference.ts';
import { binary } from './definition/scalar.ts';

type Arange = <D extends DType = 'float32'>(
  start: number,
  stop?: number,
  step?: number,
  dtype?: D,
) => Tensor<[number], D>;

/**
 * The numbers `start`, `start + step`, … before `stop`; `arange(n)` counts from 0 to n − 1. float32 unless told.
 *
 * @throws `E_ATTRIBUTE` for a step of 0 or a bound that is not finite, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { arange } from '@deft/tensor';
 * console.log(arange(3).toArray(), arange(5, 0, -2).toArray()); // [0, 1, 2] [5, 3, 1]
 * ```
 */
export const arange: OperationFunction<Arange> = definePrimitive({
  name: 'arange',
  inputs: [],
  doc: {
    group: 'creation',
    summary: 'The numbers start, start + step, … before stop.',
    math: 'arange(start, stop, step)[i] = start + step · i',
    notes: ['`arange(n)` counts from 0 to n − 1.', 'Element i is computed in the dtype as step · i + start.'],
    see: ['linspace'],
  },
  arguments: (start: number, stop?: number, step = 1, dtype: DType = 'float32') => {
    const [first, last] = stop === undefined ? [0, start] : [start, stop];
    for (const [argument, value] of [
      ['start', first],
      ['stop', last],
      ['step', step],
    ] as const) {
      if (!Number.isFinite(value) || (argument === 'step' && value === 0)) {
        const expected = argument === 'step' ? 'a finite number other than 0' : 'a finite number';
        raise('E_ATTRIBUTE', { op: 'arange', argument, expected, found: String(value) });
      }
    }
    return {
      inputs: [],
      attributes: { start: first, step, count: Math.max(0, Math.ceil((last - first) / step)), dtype },
    };
  },
  infer: (_, { start, step, count, dtype }) => {
    checkDType('arange', dtype);
    checkShape('arange', [count], 'count');
    if (dtype === 'bool' || isComplex(dtype))
      raise('E_DTYPE', { op: 'arange', argument: 'dtype', expected: 'a numeric dtype', found: dtype });
    if (!isFloating(dtype) && !(Number.isInteger(start) && Number.isInteger(step))) {
      raise('E_ATTRIBUTE', {
        op: 'arange',
        argument: 'start and step',
        expected: `whole numbers for ${dtype}`,
        found: `${start} and ${step}`,
      });
    }
    return abstractValue([count], dtype);
  },
  nonDifferentiable: 'it has no tensor arguments',
  batch: 'elementwise',
  lower: (_, { start, step, dtype }) => ({
    form: 'map',
    value: (_inputs, space) => {
      const index = castExpression(space.index(0), carrierOf(dtype));
      return castExpression(binary('add', binary('mul', index, step), start), dtype);
    },
  }),
  reference: (_, { start, step, count, dtype }) => {
    const round = carrierOf(dtype) === 'float32' ? Math.fround : (value: number) => value;
    return generate([count], dtype, ([i]) => round(round((i as number) * round(step)) + round(start)));
  },
  samples: [
    { label: 'a count', inputs: [], rest: [4] },
    { label: 'start and stop', inputs: [], rest: [2, 5] },
    { label: 'a broken step', inputs: [], rest: [0, 1, 0.25] },
    { label: 'downwards', inputs: [], rest: [5, 0, -2, 'int32'] },
    { label: 'half precision', inputs: [], rest: [0, 1, 0.1, 'float16'] },
    { label: 'whole numbers of 64 bits', inputs: [], rest: [-2, 3, 1, 'int64'] },
    { label: 'whole numbers of 8 bits', inputs: [], rest: [0, 5, 1, 'uint8'] },
    { label: 'uneven end', inputs: [], rest: [0, 10, 3, 'float64'] },
    { label: 'nothing', inputs: [], rest: [3, 3] },
    { label: 'nothing in this direction', inputs: [], rest: [3, 0] },
    { label: 'one', inputs: [], rest: [1] },
  ],
  errors: [
    {
      label: 'a step of 0',
      inputs: [],
      rest: [0, 1, 0],
      code: 'E_ATTRIBUTE',
      says: /arange: step: .*other than 0, got 0/,
    },
    {
      label: 'nan',
      inputs: [],
      rest: [Number.NaN],
      code: 'E_ATTRIBUTE',
      says: /stop: expected a finite number, got NaN/,
    },
    { label: 'bool', inputs: [], rest: [0, 1, 1, 'bool'], code: 'E_DTYPE', says: /numeric dtype, got bool/ },
    {
      label: 'half integers',
      inputs: [],
      rest: [0, 2, 0.5, 'int32'],
      code: 'E_ATTRIBUTE',
      says: /whole numbers for int32/,
    },
  ],
});
