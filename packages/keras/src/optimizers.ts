/** Optimisers by Keras's names. */
import { raise } from '@deft/core';
import {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamW,
  ftrl,
  lamb,
  lion,
  muon,
  nadam,
  type Optimizer,
  rmsprop,
  sgd,
} from '@deft/optim';

/** Name of an optimiser. */
export type OptimizerName =
  | 'sgd'
  | 'adam'
  | 'adamW'
  | 'nadam'
  | 'adamax'
  | 'adagrad'
  | 'adadelta'
  | 'rmsprop'
  | 'ftrl'
  | 'lion'
  | 'lamb'
  | 'adafactor'
  | 'muon';

const byName: Readonly<Record<OptimizerName, () => Optimizer>> = {
  sgd,
  adam,
  adamW,
  nadam,
  adamax,
  adagrad,
  adadelta,
  rmsprop,
  ftrl,
  lion,
  lamb,
  adafactor,
  muon,
};

/** An optimiser from its name, or the one given. Throws `E_MODEL` for an unknown name. */
export function resolveOptimizer(optimizer: unknown): Optimizer {
  if (typeof optimizer === 'string' && Object.hasOwn(byName, optimizer)) return byName[optimizer as OptimizerName]();
  if (typeof optimizer === 'object' && optimizer !== null && typeof (optimizer as Optimizer).update === 'function') {
    return optimizer as Optimizer;
  }
  return raise('E_MODEL', {
    op: 'compile',
    argument: 'optimizer',
    expected: `one of ${Object.keys(byName).join(', ')}, or an optimiser of @deft/optim`,
    found: typeof optimizer === 'string' ? JSON.stringify(optimizer) : typeof optimizer,
  });
}
