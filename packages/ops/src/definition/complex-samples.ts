/** Samples that ops on complex numbers share. Imports no op, so that op files may use it while they are loaded. */
import { nd, type OperationErrorSample, type OperationLimitation, type OperationSample } from '@deft/core';

/** Complex numbers of every kind. */
export const complexSamples: readonly OperationSample[] = [
  { label: 'a vector', inputs: [nd([2], [1, 2, -3, 4], 'complex64')] },
  { label: 'a matrix', inputs: [nd([1, 2], [1, 2, -3, 4], 'complex64')] },
  { label: 'scalar', inputs: [nd([], [1, -1], 'complex64')] },
  { label: 'empty', inputs: [nd([0, 2], [], 'complex64')] },
  { label: 'nan and infinities', inputs: [nd([3], [NaN, 1, Infinity, NaN, 0, -Infinity], 'complex64')] },
];

/** What is no complex number. */
export const realNumbersError = (op: string): OperationErrorSample[] => [
  {
    label: 'real numbers',
    inputs: [{ shape: [2] }],
    code: 'E_DTYPE',
    says: new RegExp(`${op}: expected complex input, got float32`),
  },
];

/** Of what makes complex numbers of real ones. */
export const noDoubleComplex: OperationLimitation = {
  dtype: 'float64',
  reason: 'there is no complex dtype of double precision',
};
