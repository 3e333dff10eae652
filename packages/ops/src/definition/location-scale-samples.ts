/**
 * Samples that random ops with a location and a scale share. Imports no op, so that op files may use it while they are loaded.
 */
import { nd, type OperationErrorSample, type OperationSample } from '@deft/core';

/** Of one location and scale, of several, and of shapes at the edge. */
export const locationScaleSamples: readonly OperationSample[] = [
  {
    label: 'float64',
    inputs: [nd([2], [5, 6], 'uint32'), nd([], [1]), nd([], [2])],
    rest: [[3], { dtype: 'float64' }],
    grad: 'check',
  },
  {
    label: 'parameters of their own',
    inputs: [nd([2], [7, 6], 'uint32'), nd([3, 1], [100, -200, 300]), nd([1], [2])],
    rest: [[3, 2], { dtype: 'float64' }],
    grad: 'check',
  },
  { label: 'standard', inputs: [nd([2], [0, 42], 'uint32'), nd([], [0]), nd([], [1])], rest: [[2, 3]], grad: 'skip' },
  { label: 'a scalar', inputs: [nd([2], [1, 2], 'uint32'), nd([], [0]), nd([], [3])], rest: [[]], grad: 'skip' },
  { label: 'empty', inputs: [nd([2], [0, 0], 'uint32'), nd([], [0]), nd([], [1])], rest: [[0, 2]] },
];

/** What is no key, no floating dtype and no parameter of that shape. */
export const locationScaleErrors = (op: string): OperationErrorSample[] => [
  {
    label: 'no key',
    inputs: [{ shape: [2] }, { shape: [] }, { shape: [] }],
    rest: [[3]],
    code: 'E_DTYPE',
    says: new RegExp(`${op}: key: expected a key, uint32\\[2\\], got float32\\[2\\]`),
  },
  {
    label: 'integers',
    inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [] }, { shape: [] }],
    rest: [[3], { dtype: 'int32' }],
    code: 'E_DTYPE',
    says: new RegExp(`${op}: dtype: expected a floating dtype, got int32`),
  },
  {
    label: 'a parameter that does not fit',
    inputs: [{ shape: [2], dtype: 'uint32' }, { shape: [2] }, { shape: [] }],
    rest: [[3]],
    code: 'E_BROADCAST',
    says: new RegExp(op),
  },
];
