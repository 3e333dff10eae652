/**
 * Runs functions on shapes and dtypes alone. A composite's shape rule is its `compose` run here; `evalShape` gives the
 * result types of any function without computing anything.
 */
import { type AbstractValue, abstractValue } from './abstract-value.ts';
import { Interpreter, withInterpreter } from './interpreter.ts';
import type { NdArray } from './nd-array.ts';
import type { Attributes, Operation } from './operation.ts';
import { PrivateState, withStateScope } from './state.ts';
import { Tensor } from './tensor.ts';

/** Applies shape rules only. */
export class AbstractInterpreter extends Interpreter {
  readonly name = 'shape evaluation';

  process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const inferred = operation.infer(
      inputs.map((input) => input.abstract),
      attributes,
    );
    return inferred.map((value) => new Tensor(value, this, undefined));
  }

  lift(tensor: Tensor): Tensor {
    return new Tensor(tensor.abstract, this, undefined);
  }

  constant(array: NdArray, weak: boolean): Tensor {
    return new Tensor(abstractValue(array.shape, array.dtype, weak), this, undefined);
  }
}

/** The abstract results of a function of tensors. */
export function inferByRunning(
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly AbstractValue[],
): readonly AbstractValue[] {
  const interpreter = new AbstractInterpreter();
  return withInterpreter(
    interpreter,
    () =>
      withStateScope(new PrivateState(interpreter.level), () =>
        f(inputs.map((value) => new Tensor(value, interpreter, undefined))).map((result) => result.abstract),
      ),
    true,
  );
}
