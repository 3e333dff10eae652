/**
 * `stopGradient`: the identity, whose derivative is taken to be zero. The op behind it is made here and belongs to no
 * executor: at the base, and in a capture, the tensor is handed through as it is.
 */
import {
  baseInterpreter,
  dispatch,
  internal,
  mapTree,
  type Operation,
  registerRegionOperation,
  Tensor,
} from '@deft/core';

const stop: Operation = {
  name: 'stopGradient',
  kind: 'composite',
  inputs: ['x'],
  variadic: false,
  multipleResults: false,
  doc: { summary: 'The identity, with a derivative of zero.', group: 'transforms' },
  infer: (inputs) => inputs,
  compose: (inputs) => inputs,
  nonDifferentiable: 'it is there to stop the gradient',
  saves: [],
  batch: 'composed',
  samples: [],
  errors: [],
  limitations: [],
  call: () => internal('stopGradient is called through its function'),
};
// Known to graph text by its name.
registerRegionOperation(stop.name, () => stop);

/**
 * The same tensors, taken for constants by every derivative. Works on trees; leaves that are no tensors stay.
 *
 * @example
 * ```ts
 * import { grad, mul, stopGradient, type Tensor, tensor } from '@deft/tensor';
 * console.log(grad((x: Tensor) => mul(x, stopGradient(x)))(tensor(3)).item()); // 3
 * ```
 */
export function stopGradient<T>(x: T): T {
  return mapTree((leaf: unknown) => {
    if (!(leaf instanceof Tensor) || leaf.interpreter === baseInterpreter()) return leaf;
    return dispatch(stop, [leaf], {})[0];
  }, x) as T;
}
