/** Whole numbers as tensors: counters and numbers of steps. */
import { currentInterpreter, nd, type Tensor } from '@deft/core';

/** An `int32` scalar. */
export function intScalar(value: number): Tensor {
  return currentInterpreter().constant(nd([], [value], 'int32'), false);
}
