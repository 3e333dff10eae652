/** Samples that the ops on segments share. Imports no op, so that op files may use it while they are loaded. */
import { nd, type OperationErrorSample, type OperationSample } from '@deft/core';

/** Of an op that combines the elements of a segment: `own` are those in which it differs from the others. */
export const segmentSamples = (own: readonly OperationSample[]): OperationSample[] => [
  { label: 'a vector', inputs: [nd([4], [1, 2, 3, 4]), nd([4], [0, 2, 0, 1], 'int32')], rest: [3], grad: 'check' },
  { label: 'rows', inputs: [nd([3, 2], [1, 5, 3, 4, 5, 6]), nd([3], [1, 1, 0], 'int32')], rest: [2], grad: 'check' },
  ...own,
  { label: 'integers', inputs: [nd([3], [1, -2, 4], 'int32'), nd([3], [1, 1, 0], 'int32')], rest: [2] },
  { label: 'nothing', inputs: [nd([0, 2], []), nd([0], [], 'int32')], rest: [2] },
  { label: 'no segments', inputs: [nd([2], [1, 2]), nd([2], [0, 1], 'int32')], rest: [0] },
  {
    label: 'nan and infinities',
    inputs: [nd([3], [NaN, 1, Infinity]), nd([3], [0, 0, 1], 'int32')],
    rest: [2],
    grad: 'skip',
  },
];

/** Numbers outside, and segments without slices: derivatives are those of differences. */
export const sparseSegmentSamples: readonly OperationSample[] = [
  { label: 'outside', inputs: [nd([3], [1, 2, 3]), nd([3], [-1, 0, 9], 'int32')], rest: [2], grad: 'check' },
  { label: 'an empty segment', inputs: [nd([1], [1]), nd([1], [0], 'int32')], rest: [3], grad: 'check' },
];

/** Of an op whose result is one of the elements: equal ones share the gradient. */
export const segmentExtremeSamples: readonly OperationSample[] = segmentSamples([
  { label: 'outside', inputs: [nd([3], [1, 2, 3]), nd([3], [-1, 0, 9], 'int32')], rest: [2], grad: [[0, 1, 0]] },
  { label: 'an empty segment', inputs: [nd([1], [1]), nd([1], [0], 'int32')], rest: [3], grad: [[1]] },
  {
    label: 'equal elements',
    inputs: [nd([3], [2, 2, 2]), nd([3], [0, 0, 1], 'int32')],
    rest: [2],
    grad: [[0.5, 0.5, 1]],
  },
]);

/** Of sums. */
export const segmentSumSamples: readonly OperationSample[] = [
  { label: 'a vector', inputs: [nd([4], [1, 2, 3, 4]), nd([4], [0, 2, 0, 1], 'int32')], rest: [3], grad: 'check' },
  { label: 'rows', inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6]), nd([3], [1, 1, 0], 'int32')], rest: [2], grad: 'check' },
  ...sparseSegmentSamples,
  { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([2], [1, 1], 'int32')], rest: [2] },
  { label: 'nothing', inputs: [nd([0, 2], []), nd([0], [], 'int32')], rest: [2] },
];

/** Numbers of segments that are none. */
export const segmentErrors = (op: string): OperationErrorSample[] => [
  {
    label: 'too few numbers',
    inputs: [{ shape: [3] }, { shape: [2], dtype: 'int32' }],
    rest: [2],
    code: 'E_SHAPE',
    says: new RegExp(`${op}: there is not one number of a bin`),
  },
  {
    label: 'broken numbers',
    inputs: [{ shape: [3] }, { shape: [3] }],
    rest: [2],
    code: 'E_DTYPE',
    says: new RegExp(`${op}: expected integers for the numbers`),
  },
  {
    label: 'half a segment',
    inputs: [{ shape: [3] }, { shape: [3], dtype: 'int32' }],
    rest: [0.5],
    code: 'E_ATTRIBUTE',
    says: new RegExp(`${op}: numSegments: .*got 0.5`),
  },
];

/** The same, and elements of a dtype that the op does not take. */
export const combinedSegmentErrors = (op: string, expected: 'numeric' | 'floating'): OperationErrorSample[] => [
  ...segmentErrors(op),
  {
    label: 'bool',
    inputs: [
      { shape: [3], dtype: 'bool' },
      { shape: [3], dtype: 'int32' },
    ],
    rest: [2],
    code: 'E_DTYPE',
    says: new RegExp(`${op}: expected ${expected} input, got bool`),
  },
];
