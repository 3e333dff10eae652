/** Samples that losses with weights share. Imports no op, so that op files may use it while they are loaded. */
import { nd, type OperationErrorSample, type OperationSample } from '@deft/core';

/** Four labels with their predictions, under weights and reductions of every kind. */
export function lossSamples(labels: readonly number[], predictions: readonly number[]): OperationSample[] {
  const [known, found] = [nd([2, 2], labels), nd([2, 2], predictions)];
  return [
    { label: 'no weights', inputs: [known, found, nd([], [1])], grad: 'check' },
    {
      label: 'weights, their mean',
      inputs: [known, found, nd([2, 1], [2, 0.5])],
      rest: [{ reduction: 'mean' }],
      grad: 'check',
    },
    {
      label: 'each',
      inputs: [known, found, nd([2, 2], [1, 0, 3, 0.5])],
      rest: [{ reduction: 'none' }],
      grad: 'check',
    },
    { label: 'the sum', inputs: [known, found, nd([], [2])], rest: [{ reduction: 'sum' }], grad: 'check' },
    { label: 'weights of 0', inputs: [known, found, nd([], [0])], rest: [{ reduction: 'mean' }], grad: 'skip' },
  ];
}

/** A reduction that there is not, and shapes that do not fit. */
export const lossErrors = (op: string): OperationErrorSample[] => [
  {
    label: 'an unknown reduction',
    inputs: [{ shape: [2] }, { shape: [2] }, { shape: [] }],
    rest: [{ reduction: 'all' }],
    code: 'E_ATTRIBUTE',
    says: new RegExp(`${op}: reduction: expected 'none'.*got all`),
  },
  {
    label: 'shapes that do not fit',
    inputs: [{ shape: [2] }, { shape: [3] }, { shape: [] }],
    code: 'E_BROADCAST',
    says: new RegExp(`${op}.*do not broadcast`),
  },
];
