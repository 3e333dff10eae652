/**
 * The interpreter that needs nothing: it runs every op's plain reference on host arrays. It is the base until an
 * executor is installed, so `@deft/ops` works alone, and it is the oracle that tests compare with.
 */
import { type AbstractValue, abstractValue } from './abstract-value.ts';
import { isComplex, type TypedArray } from './dtype.ts';
import { internal } from './errors.ts';
import { Interpreter, setBaseInterpreter } from './interpreter.ts';
import type { NdArray } from './nd-array.ts';
import type { Attributes, Operation } from './operation.ts';
import { runReference } from './run-reference.ts';
import { Tensor } from './tensor.ts';

/** Executes ops by their references. */
export class PlainInterpreter extends Interpreter {
  readonly name = 'plain';

  process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    // References of composites are written with real numbers.
    const isReal = !inputs.some(({ dtype }) => isComplex(dtype));
    if (operation.compose && !(operation.reference && isReal)) return operation.compose(inputs, attributes);
    const inferred = operation.infer(
      inputs.map((input) => input.abstract),
      attributes,
    );
    const results = runReference(
      operation,
      inputs.map((input) => arrayOf(input)),
      attributes,
    );
    return results.map((array, i) => {
      const expected = inferred[i] as AbstractValue;
      const found = abstractValue(array.shape, array.dtype);
      if (found.text !== expected.text) {
        internal(`${operation.name}: the reference gives ${found.text}, the shape rule ${expected.text}`);
      }
      return new Tensor(expected, this, array);
    });
  }

  lift(tensor: Tensor): Tensor {
    return internal(`a ${tensor.interpreter.name} tensor cannot be lifted into the plain interpreter`);
  }

  constant(array: NdArray, weak: boolean): Tensor {
    return new Tensor(abstractValue(array.shape, array.dtype, weak), this, array);
  }

  override readSync(tensor: Tensor): TypedArray {
    return arrayOf(tensor).data.slice();
  }
}

function arrayOf(tensor: Tensor): NdArray {
  return tensor.payload as NdArray;
}

setBaseInterpreter(new PlainInterpreter());
