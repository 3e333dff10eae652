/** Samples that an op of largest elements shares with its twin of smallest ones. Imports no op, so that op files may use it while they are loaded. */
import { nd, type OperationErrorSample, type OperationSample } from '@deft/core';

/** Of a reduction; in each row of `ties` several elements are the result, and get `shares` of the gradient. */
export const extremeSamples = (ties: readonly number[], shares: readonly number[]): OperationSample[] => [
  { label: 'all axes', inputs: [nd([2, 3], [1, 2, 9, 4, -5, 6])], grad: 'check' },
  { label: 'first axis', inputs: [nd([2, 3], [1, 2, 9, 4, -5, 6])], rest: [{ axis: 0 }], grad: 'check' },
  {
    label: 'last axis, kept',
    inputs: [nd([2, 3], [1, 2, 9, 4, -5, 6])],
    rest: [{ axis: -1, keepDims: true }],
    grad: 'check',
  },
  {
    label: 'two axes of three',
    inputs: [nd([2, 2, 2], [1, 2, 3, 4, -5, 6, 7, 8])],
    rest: [{ axis: [0, 2] }],
    grad: 'check',
  },
  {
    label: 'equal elements share the gradient',
    inputs: [nd([2, 3], ties)],
    rest: [{ axis: 1 }],
    grad: [shares],
  },
  { label: 'scalar', inputs: [nd([], [3])], grad: 'check' },
  { label: 'over an empty axis', inputs: [nd([2, 0], [])], rest: [{ axis: 1 }] },
  { label: 'integers', inputs: [nd([3], [1, -2, 3], 'int32')] },
  { label: 'unsigned integers', inputs: [nd([3], [1, 4294967295, 3], 'uint32')] },
  { label: 'integers over an empty axis', inputs: [nd([2, 0], [], 'int32')], rest: [{ axis: 1 }] },
  {
    label: 'nan and infinities',
    inputs: [nd([3, 2], [1, NaN, Infinity, 4, -Infinity, -Infinity])],
    rest: [{ axis: 1 }],
    grad: 'skip',
  },
];

/** Of two operands; `shares` is the gradient where the first is smaller, equal and larger. */
export const pairExtremeSamples = (shares: readonly (readonly number[])[]): OperationSample[] => [
  { label: 'typical', inputs: [nd([2, 2], [1, -2, 3, 4]), nd([2, 2], [0.5, 20, -3, 4.5])], grad: 'check' },
  { label: 'broadcast both ways', inputs: [nd([2, 1], [1, 2]), nd([3], [0, 1.5, 3])], grad: 'check' },
  { label: 'scalars', inputs: [nd([], [3]), nd([], [2])], grad: 'check' },
  {
    label: 'equal elements share the gradient',
    inputs: [nd([3], [1, 2, 3]), nd([3], [2, 2, 2])],
    grad: shares,
  },
  { label: 'integers', inputs: [nd([3], [-1, 5, 0], 'int32'), nd([3], [1, 5, -7], 'int32')] },
  { label: 'unsigned integers', inputs: [nd([2], [4294967295, 5], 'uint32'), nd([2], [1, 6], 'uint32')] },
  { label: 'empty', inputs: [nd([0, 3], []), nd([3], [1, 2, 3])] },
  {
    label: 'nan and infinities',
    inputs: [nd([4], [NaN, 1, Infinity, -Infinity]), nd([4], [1, NaN, 1, 1])],
    grad: 'skip',
  },
];

/** Of positions. */
export const argExtremeSamples: readonly OperationSample[] = [
  { label: 'all axes', inputs: [nd([2, 3], [1, 2, 9, 4, -5, 6])] },
  { label: 'first axis', inputs: [nd([2, 3], [1, 2, 9, 4, -5, 6])], rest: [{ axis: 0 }] },
  { label: 'last axis, kept', inputs: [nd([2, 3], [1, 2, 9, 4, -5, 6])], rest: [{ axis: -1, keepDims: true }] },
  { label: 'the first of equal ones', inputs: [nd([2, 3], [2, 2, 1, 1, 3, 3])], rest: [{ axis: 1 }] },
  { label: 'scalar', inputs: [nd([], [3])] },
  { label: 'integers', inputs: [nd([3], [1, -2, 3], 'int32')] },
  { label: 'empty result', inputs: [nd([0, 3], [])], rest: [{ axis: 1 }] },
  {
    label: 'nan and infinities',
    inputs: [nd([4, 2], [1, NaN, Infinity, 4, -Infinity, -Infinity, NaN, NaN])],
    rest: [{ axis: 1 }],
  },
];

/** Of positions among what is not NaN; `worst` is what every number is before. */
export const nanArgExtremeSamples = (worst: number): OperationSample[] => [
  { label: 'with NaN', inputs: [nd([2, 3], [1, NaN, 3, -4, 5, NaN])] },
  { label: 'an axis, kept', inputs: [nd([2, 3], [NaN, 2, 3, 4, 5, 4])], rest: [{ axis: 1, keepDims: true }] },
  { label: 'all NaN', inputs: [nd([2, 2], [NaN, NaN, 1, NaN])], rest: [{ axis: 1 }] },
  { label: 'scalar', inputs: [nd([], [3])] },
  { label: 'integers', inputs: [nd([3], [1, -2, 4], 'int32')] },
  { label: 'empty result', inputs: [nd([0, 3], [])], rest: [{ axis: 1 }] },
  { label: 'beside nothing but infinity', inputs: [nd([2], [NaN, worst])] },
  { label: 'one infinity', inputs: [nd([3], [NaN, 1, -worst])] },
];

/** An axis that there is not, no elements, and what has no NaN. */
export const nanArgExtremeErrors = (op: string, extreme: 'largest' | 'smallest'): OperationErrorSample[] => [
  {
    label: 'out of range',
    inputs: [{ shape: [2] }],
    rest: [{ axis: 1 }],
    code: 'E_AXIS',
    says: new RegExp(`${op}: axis`),
  },
  {
    label: 'nothing',
    inputs: [{ shape: [0] }],
    code: 'E_SHAPE',
    says: new RegExp(`${op} .*: there is no ${extreme}`),
  },
  {
    label: 'bool',
    inputs: [{ shape: [2], dtype: 'bool' }],
    code: 'E_DTYPE',
    says: new RegExp(`${op}: expected floating`),
  },
];

/** Of what is found up to each place; gradients of two samples in which places see nothing are given. */
export const cumulativeExtremeSamples = (columns: readonly number[], row: readonly number[]): OperationSample[] => [
  { label: 'a vector', inputs: [nd([5], [1, 3, 2, -4, 5])], grad: 'check' },
  { label: 'rows', inputs: [nd([2, 3], [1, -2, 3, 4, 6, 5])], rest: [{ axis: 1 }], grad: 'check' },
  {
    label: 'columns, exclusive',
    inputs: [nd([3, 2], [1, 5, 2, 4, 3, 6])],
    rest: [{ exclusive: true }],
    grad: [columns],
  },
  { label: 'from the end', inputs: [nd([4], [1, 3, 2, 4])], rest: [{ reverse: true }], grad: 'check' },
  {
    label: 'exclusive, from the end',
    inputs: [nd([1, 3], [1, 2, 3])],
    rest: [{ axis: -1, exclusive: true, reverse: true }],
    grad: [row],
  },
  { label: 'one element', inputs: [nd([1, 2], [1, 2])], grad: 'check' },
  { label: 'integers', inputs: [nd([4], [1, -2, 3, 2], 'int32')] },
  { label: 'small integers, exclusive', inputs: [nd([3], [1, -2, 3], 'int8')], rest: [{ exclusive: true }] },
  {
    label: 'equal elements share the gradient',
    inputs: [nd([3], [2, 2, 2])],
    grad: [[1 + 1 / 2 + 1 / 3, 1 / 2 + 1 / 3, 1 / 3]],
  },
  {
    label: 'the axis in the middle',
    inputs: [nd([2, 3, 2], [1, 3, 2, -4, 5, 0, -1, 6, 2.5, 7, 3, 1.5])],
    rest: [{ axis: 1, reverse: true }],
    grad: 'check',
  },
  { label: 'empty', inputs: [nd([0, 2], [])] },
  { label: 'an empty axis', inputs: [nd([2, 0], [])], rest: [{ axis: 1 }] },
  { label: 'nan and infinities', inputs: [nd([4], [1, Infinity, NaN, 2])], grad: 'skip' },
];

/** An axis that there is not. */
export const extremeAxisError = (op: string): OperationErrorSample => ({
  label: 'axis out of range',
  inputs: [{ shape: [2, 3] }],
  rest: [{ axis: 2 }],
  code: 'E_AXIS',
  says: new RegExp(`${op}: axis: .*from -2 to 1, got 2`),
});

/** What has no order. */
export const extremeBoolError = (op: string): OperationErrorSample => ({
  label: 'bool',
  inputs: [{ shape: [2], dtype: 'bool' }],
  code: 'E_DTYPE',
  says: new RegExp(`${op}: expected numeric input, got bool`),
});
