/**
 * Batching as an interpreter: a tensor that stands for one example holds the tensor of all examples, with the batch axis
 * in front, on the level below. A tensor that is the same for all examples is simply one of the level below.
 */
import {
  type Attributes,
  abstractValue,
  algebra,
  currentInterpreter,
  Interpreter,
  internal,
  type NdArray,
  type Operation,
  raise,
  Tensor,
} from '@deft/core';
import { applyBelow, checkClosure } from './below.ts';

interface Payload {
  readonly value: Tensor;
  readonly batched: boolean;
}

const payloadOf = (tensor: Tensor): Payload => tensor.payload as Payload;

/** Runs ops on all examples at once. */
export class BatchInterpreter extends Interpreter {
  readonly name = 'vmap';
  readonly size: number;

  constructor(size: number) {
    super();
    this.size = size;
  }

  /** The example that stands for all those along the first axis of `value`. */
  example(value: Tensor): Tensor {
    const { shape, dtype, weak } = value.abstract;
    if (shape[0] !== this.size) internal(`a batch of ${this.size} was expected, got ${value.abstract.text}`);
    const payload: Payload = { value, batched: true };
    return new Tensor(abstractValue(shape.slice(1), dtype, weak), this, payload);
  }

  /** All examples of a result, the batch axis in front, or the one value that is the same for all. */
  all(tensor: Tensor): { readonly value: Tensor; readonly batched: boolean } {
    return tensor.interpreter === this ? payloadOf(tensor) : { value: tensor, batched: false };
  }

  process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const values = inputs.map((input) => payloadOf(input).value);
    const batched = inputs.map((input) => payloadOf(input).batched);
    if (!batched.includes(true)) {
      const outputs = applyBelow(operation, values, attributes);
      checkClosure(operation, outputs, this);
      return outputs;
    }
    if (operation.batch === 'elementwise') {
      return applyBelow(operation, this.#aligned(inputs), attributes).map((output) => this.example(output));
    }
    if (operation.batch === 'composed') {
      if (operation.compose) return operation.compose(inputs, attributes);
      return raise('E_ARGUMENT', {
        op: operation.name,
        says: 'the op has no batching rule',
        operands: inputs.map((input) => input.abstract),
        hint: 'give the op a batching rule, or call it in a loop',
      });
    }
    return operation.batch(values, batched, attributes, this.size).map((output) => this.example(output));
  }

  lift(tensor: Tensor): Tensor {
    const payload: Payload = { value: tensor, batched: false };
    return new Tensor(tensor.abstract, this, payload);
  }

  constant(array: NdArray, weak: boolean): Tensor {
    return this.lift(currentInterpreter().constant(array, weak));
  }

  /** Operands whose batch axes stand at one place, so that broadcasting keeps them apart from the examples' axes. */
  #aligned(inputs: readonly Tensor[]): Tensor[] {
    const rank = Math.max(...inputs.map((input) => input.rank));
    return inputs.map((input) => {
      const { value, batched } = payloadOf(input);
      if (!batched || input.rank === rank) return value;
      const ones = new Array<number>(rank - input.rank).fill(1);
      return algebra().reshape(value, [this.size, ...ones, ...input.shape]);
    });
  }
}
