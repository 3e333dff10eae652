/** What ops on bits and divisors of integers share of samples and errors. Imports no op, so that op files may use it while they are loaded. */
import { nd, type OperationErrorSample, type OperationSample } from '@deft/core';

/** Of what is done with each bit of two operands, booleans too. */
export const bitwiseSamples: readonly OperationSample[] = [
  { label: 'signed', inputs: [nd([4], [12, -8, 7, -1], 'int32'), nd([4], [10, 3, -2, 31], 'int32')] },
  { label: 'unsigned', inputs: [nd([2], [12, 4294967295], 'uint32'), nd([2], [10, 255], 'uint32')] },
  { label: 'bool', inputs: [nd([4], [0, 0, 1, 1], 'bool'), nd([4], [0, 1, 0, 1], 'bool')] },
  { label: 'broadcast', inputs: [nd([2, 1], [5, -6], 'int32'), nd([3], [0, 1, 3], 'int32')] },
  { label: 'scalars', inputs: [nd([], [6], 'int32'), nd([], [3], 'int32')] },
  { label: 'empty', inputs: [nd([0], [], 'int32'), nd([], [1], 'int32')] },
];

/** Operands that do not fit each other, and of a kind that the op does not take. */
export const bitsErrors = (op: string, expected: 'integers' | 'integers or bool'): OperationErrorSample[] => [
  {
    label: 'shapes that do not broadcast',
    inputs: [
      { shape: [2], dtype: 'int32' },
      { shape: [3], dtype: 'int32' },
    ],
    code: 'E_BROADCAST',
    says: new RegExp(`${op}: shapes do not broadcast together`),
  },
  {
    label: 'floats',
    inputs: [{ shape: [2] }, { shape: [2] }],
    code: 'E_DTYPE',
    says: new RegExp(`${op}: expected ${expected}, got float32`),
  },
];
