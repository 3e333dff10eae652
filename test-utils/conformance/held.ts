/**
 * Finds ops that say of themselves to have no derivative although they make floats of floats (rejection, the bits of a
 * number): what passes through them changes while the gradient is 0, so differences are no measure of it.
 */
import {
  AbstractInterpreter,
  type AbstractValue,
  type Attributes,
  isFloating,
  type Operation,
  Tensor,
  withInterpreter,
} from '@deft/core';
import type { TensorsFunction } from './modes.ts';

const hasFloats = (tensors: readonly Tensor[]): boolean => tensors.some(({ dtype }) => isFloating(dtype));

/** Applies shape rules, to the parts of composites one by one. */
class WatchingInterpreter extends AbstractInterpreter {
  found = false;

  override process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const { compose, nonDifferentiable, jvp } = operation;
    if (compose && jvp === undefined && nonDifferentiable === undefined) return compose(inputs, attributes);
    const outputs = super.process(operation, inputs, attributes);
    if (nonDifferentiable !== undefined && hasFloats(inputs) && hasFloats(outputs)) this.found = true;
    return outputs;
  }
}

/** Whether floats pass through an op without a derivative. */
export function passesHeldOp(f: TensorsFunction, types: readonly AbstractValue[]): boolean {
  const interpreter = new WatchingInterpreter();
  withInterpreter(interpreter, () => f(types.map((type) => new Tensor(type, interpreter, undefined))), true);
  return interpreter.found;
}
