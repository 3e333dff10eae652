/**
 * What a checkpoint keeps: policies, and names for values that they may ask for.
 */
import { type AbstractValue, baseInterpreter, dispatch, internal, mapTree, type Operation, Tensor } from '@deft/core';

/** A value that a checkpointed function computes. */
export interface CheckpointSite {
  /** The op that made it. */
  readonly op: string;
  /** Whether the op is a product or a convolution: much work for a small result. */
  readonly isContraction: boolean;
  /** What `checkpointName` called it. */
  readonly name: string | undefined;
  readonly shape: readonly number[];
  readonly dtype: AbstractValue['dtype'];
}

/** Decides which values are kept for the way back; the others are computed again. */
export type CheckpointPolicy = (site: CheckpointSite) => boolean;

const saveNothing: CheckpointPolicy = () => false;
const saveEverything: CheckpointPolicy = () => true;
const saveContractions: CheckpointPolicy = ({ isContraction }) => isContraction;
const saveNames =
  (...names: string[]): CheckpointPolicy =>
  ({ name }) =>
    name !== undefined && names.includes(name);
const saveAllExcept =
  (...names: string[]): CheckpointPolicy =>
  ({ name }) =>
    name === undefined || !names.includes(name);
const saveAny =
  (...policies: CheckpointPolicy[]): CheckpointPolicy =>
  (site) =>
    policies.some((policy) => policy(site));

/** Ready-made policies of `checkpoint`. */
export interface CheckpointPolicies {
  /** Keeps the arguments alone; what `checkpoint` does unless told. */
  readonly saveNothing: CheckpointPolicy;
  /** Keeps everything: as if there were no checkpoint. */
  readonly saveEverything: CheckpointPolicy;
  /** Keeps the results of products and convolutions, and computes the cheap rest again. */
  readonly saveContractions: CheckpointPolicy;
  /** Keeps values with these names. */
  readonly saveNames: (...names: string[]) => CheckpointPolicy;
  /** Keeps everything but values with these names. */
  readonly saveAllExcept: (...names: string[]) => CheckpointPolicy;
  /** Keeps what any of the policies keeps. */
  readonly saveAny: (...policies: CheckpointPolicy[]) => CheckpointPolicy;
}

/**
 * Ready-made policies of `checkpoint`. A policy is a function of the op, name, shape and dtype of a value, so others are
 * easily written.
 *
 * @example
 * ```ts
 * import { checkpoint, checkpointPolicies, grad, matmul, sin, sum, type Tensor, tensor } from '@deft/tensor';
 * const layer = checkpoint((x: Tensor, w: Tensor) => sin(matmul(x, w)), { policy: checkpointPolicies.saveContractions });
 * const loss = (w: Tensor) => sum(layer(tensor([[1, 2]]), w));
 * console.log(grad(loss)(tensor([[0], [0]])).toArray()); // [[1], [2]]
 * ```
 */
export const checkpointPolicies: CheckpointPolicies = {
  saveNothing,
  saveEverything,
  saveContractions,
  saveNames,
  saveAllExcept,
  saveAny,
};

/** The identity, whose attribute names its operand. It belongs to no executor. */
export const nameOperation: Operation = {
  name: 'checkpointName',
  kind: 'composite',
  inputs: ['x'],
  variadic: false,
  multipleResults: false,
  doc: { summary: 'The identity, which names its operand for memory policies.', group: 'transforms' },
  infer: (inputs) => inputs,
  compose: (inputs) => inputs,
  saves: [],
  batch: 'composed',
  samples: [],
  errors: [],
  limitations: [],
  call: () => internal('checkpointName is called through its function'),
};

/**
 * The same tensors, named for the policies of `checkpoint`. Works on trees; leaves that are no tensors stay.
 *
 * @example
 * ```ts
 * import { checkpoint, checkpointName, checkpointPolicies, grad, sin, sum, type Tensor, tensor } from '@deft/tensor';
 * const f = (x: Tensor) => sum(sin(checkpointName(sin(x), 'inner')));
 * const policy = checkpointPolicies.saveNames('inner');
 * console.log(grad(checkpoint(f, { policy }))(tensor([0])).toArray()); // [1]
 * ```
 */
export function checkpointName<T>(x: T, name: string): T {
  return mapTree((leaf: unknown) => {
    if (!(leaf instanceof Tensor) || leaf.interpreter === baseInterpreter()) return leaf;
    return dispatch(nameOperation, [leaf], { name })[0];
  }, x) as T;
}
