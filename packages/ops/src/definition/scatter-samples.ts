/** Samples that the scatters along an axis share. Imports no op, so that op files may use it while they are loaded. */
import { nd, type OperationErrorSample, type OperationSample } from '@deft/core';

/** Of an op that keeps one of the elements at a place; `shares` is the gradient where all of them are equal but one. */
export const scatterExtremeSamples = (shares: readonly (readonly number[])[]): OperationSample[] => [
  {
    label: 'rows',
    inputs: [nd([3, 2], [1, 25, 30, 4, 5, 6]), nd([2, 2], [10, 20, 35, 40]), nd([2], [2, 0], 'int32')],
    grad: 'check',
  },
  {
    label: 'one place twice',
    inputs: [nd([3], [1, 25, 3]), nd([3], [10, 20, 30]), nd([3], [1, 1, 0], 'int32')],
    grad: 'check',
  },
  {
    label: 'columns',
    inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([2, 2], [10, 2.5, 5.5, 40]), nd([2], [2, 2], 'int32')],
    rest: [{ axis: 1 }],
    grad: 'check',
  },
  {
    label: 'equal elements',
    inputs: [nd([2], [7, 1]), nd([4], [7, 7, 7, 2]), nd([4], [0, 0, 0, 1], 'int32')],
    grad: shares,
  },
  {
    label: 'a scalar index',
    inputs: [nd([2, 2], [1, 2, 3, 25]), nd([2], [10, 20]), nd([], [1], 'int32')],
    grad: 'check',
  },
  { label: 'outside', inputs: [nd([3], [1, 2, 3]), nd([2], [10, -20]), nd([2], [-1, 9], 'int32')], grad: 'check' },
  {
    label: 'shared axes',
    inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 1], [10, -20]), nd([2, 1], [1, 0], 'int32')],
    rest: [{ batchDims: 1 }],
    grad: 'check',
  },
  { label: 'nothing new', inputs: [nd([2], [1, 2]), nd([0], []), nd([0], [], 'int32')] },
  { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([2], [5, -5], 'int32'), nd([2], [0, 1], 'int32')] },
  {
    label: 'unsigned',
    inputs: [nd([2], [1, 4294967295], 'uint32'), nd([2], [4294967295, 1], 'uint32'), nd([2], [0, 1], 'int32')],
  },
  {
    label: 'nan and infinities',
    inputs: [nd([3], [NaN, 1, 1]), nd([3], [1, NaN, -Infinity]), nd([3], [0, 1, 2], 'int32')],
    grad: 'skip',
  },
];

/** Updates and positions that do not fit. */
export const scatterErrors = (op: string): OperationErrorSample[] => [
  {
    label: 'updates of another shape',
    inputs: [{ shape: [3, 2] }, { shape: [2] }, { shape: [2], dtype: 'int32' }],
    code: 'E_SHAPE',
    says: new RegExp(`${op}: updates: expected float32\\[2, 2\\], got float32\\[2\\]`),
  },
  {
    label: 'broken indices',
    inputs: [{ shape: [3] }, { shape: [2] }, { shape: [2] }],
    code: 'E_DTYPE',
    says: /indices: expected int32 or uint32/,
  },
];

/** An axis that there is not. */
export const scatterAxisError: OperationErrorSample = {
  label: 'out of range',
  inputs: [{ shape: [3] }, { shape: [2] }, { shape: [2], dtype: 'int32' }],
  rest: [{ axis: 2 }],
  code: 'E_AXIS',
  says: /from -1 to 0, got 2/,
};

/** What cannot be combined. */
export const scatterBoolError: OperationErrorSample = {
  label: 'bool',
  inputs: [
    { shape: [3], dtype: 'bool' },
    { shape: [2], dtype: 'bool' },
    { shape: [2], dtype: 'int32' },
  ],
  code: 'E_DTYPE',
  says: /numeric input, got bool/,
};
