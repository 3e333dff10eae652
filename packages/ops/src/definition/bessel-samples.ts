/** Samples that the modified Bessel functions share. Imports no op, so that op files may use it while they are loaded. */
import { nd, type OperationErrorSample, type OperationSample } from '@deft/core';

/** On both ranges of the series and beyond; `atZero` is the slope there. */
export const besselSamples = (atZero: number, label = 'at 0'): OperationSample[] => [
  { label: 'small', inputs: [nd([6], [-5, -0.5, 0.125, 1, 3.75, 7.5])], grad: 'check' },
  { label: 'large', inputs: [nd([4], [8.5, -12, 20, 60])], grad: 'check' },
  { label, inputs: [nd([1], [0])], grad: [[atZero]] },
  { label: 'far out', inputs: [nd([3], [88, -88, 1e6])], grad: 'skip' },
  { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
  { label: 'integers', inputs: [nd([3], [0, 1, -3], 'int32')] },
  { label: 'empty', inputs: [nd([0, 4], [])] },
  { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
];

/** What is no number. */
export const besselErrors = (op: string): OperationErrorSample[] => [
  {
    label: 'bool',
    inputs: [{ shape: [2], dtype: 'bool' }],
    code: 'E_DTYPE',
    says: new RegExp(`${op}: expected floating input, got bool`),
  },
];
