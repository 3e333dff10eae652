/**
 * What an optimiser is: two pure functions over pytrees. It holds no tensors; its state is a value that goes in and comes
 * out, so a training step captures as one graph, donates its state, and can be run twice from the same point. The number
 * of steps is a tensor of the state and the learning rate an argument, so neither ever causes a new capture.
 */
import { currentInterpreter, type DType, flatten, isFloating, mapTree, ndZeros, raise, Tensor } from '@deft/core';
import { add, cast, jit } from '@deft/tensor';

/** The state of an optimiser: steps taken so far, and its named slots, each a tree shaped like the parameters. */
export interface OptimizerState {
  /** `int32[]`: steps taken. */
  readonly step: Tensor;
  readonly slots: { readonly [slot: string]: unknown };
}

/** Parameters and state after a step. */
export interface OptimizerUpdate<P> {
  readonly parameters: P;
  readonly state: OptimizerState;
}

/** An update rule for the leaves of a pytree of floating tensors. */
export interface Optimizer {
  /** Name of the rule: `sgd`, `adam`, `adamW`. */
  readonly name: string;
  /** The learning rate to begin with; `update` is told the one to use. */
  readonly learningRate: number;
  /** All hyper-parameters as plain data. */
  readonly config: { readonly [option: string]: number | boolean };
  /** The state before the first step. Throws `E_DTYPE` unless every leaf is a floating tensor. */
  initialize(parameters: unknown): OptimizerState;
  /**
   * One step against the gradients. Pure: nothing that goes in is changed.
   *
   * @param gradients a tree of the structure of `parameters`
   * @param learningRate a rank-0 tensor, so that a schedule is an input of a captured step
   */
  update<P>(gradients: unknown, state: OptimizerState, parameters: P, learningRate: Tensor): OptimizerUpdate<P>;
}

/** Throws `E_DTYPE` or `E_ARGUMENT` unless every leaf is a floating tensor. */
export function checkParameters(op: string, parameters: unknown): void {
  const { leaves, structure } = flatten(parameters, 'parameters');
  leaves.forEach((leaf, i) => {
    const argument = structure.paths[i] as string;
    if (!(leaf instanceof Tensor)) raise('E_ARGUMENT', { op, argument, expected: 'a tensor', found: typeof leaf });
    if (!isFloating(leaf.dtype)) {
      raise('E_DTYPE', { op, argument, expected: 'a floating tensor', found: leaf.abstract.text });
    }
  });
}

/** Zeros shaped like every leaf. */
export function zerosLikeTree(parameters: unknown): unknown {
  return mapTree((leaf: Tensor) => currentInterpreter().constant(ndZeros(leaf.shape, leaf.dtype), false), parameters);
}

/** The step count before the first step. */
export function firstStep(): Tensor {
  return currentInterpreter().constant(ndZeros([], 'int32'), false);
}

/** The step count after one more. */
export function nextStep(state: OptimizerState): Tensor {
  return add(state.step, 1) as Tensor;
}

/** Scalars of a rule in the dtype of each parameter: computed once per dtype, shared by all leaves. */
export function perDType<S>(make: (inDType: (scalar: Tensor) => Tensor, dtype: DType) => S): (leaf: Tensor) => S {
  const made = new Map<DType, S>();
  return (leaf) => {
    const { dtype } = leaf;
    let scalars = made.get(dtype);
    if (scalars === undefined) {
      scalars = make((scalar) => (scalar.dtype === dtype ? scalar : (cast(scalar, dtype) as Tensor)), dtype);
      made.set(dtype, scalars);
    }
    return scalars;
  };
}

/**
 * The rule as a captured function: called at once, a step is one program for all parameters, and nothing in between is a tensor.
 * Inside of a capture or a transform its ops belong to that.
 */
export function captured(name: string, update: Optimizer['update']): Optimizer['update'] {
  return jit(update, { name: `${name}.update` });
}

/** Throws `E_ATTRIBUTE` unless a hyper-parameter lies in `[from, below)`. */
export function checkHyperParameter(op: string, argument: string, value: number, from: number, below: number): void {
  if (typeof value === 'number' && value >= from && value < below) return;
  const expected =
    below === Infinity ? `a finite number of at least ${from}` : `a number from ${from} to below ${below}`;
  raise('E_ATTRIBUTE', { op, argument, expected, found: String(value) });
}
