/**
 * Forward mode as an interpreter: a tensor carries its value and the derivative along one direction, both tensors of the
 * level below. A tensor that does not depend on the direction carries none.
 */
import {
  type Attributes,
  algebra,
  currentInterpreter,
  Interpreter,
  internal,
  isDifferentiable,
  type NdArray,
  type Operation,
  Tensor,
  type TypedArray,
} from '@deft/core';
import { applyBelow, checkClosure, fitDerivative, noRule } from './below.ts';

interface Payload {
  readonly primal: Tensor;
  readonly tangent: Tensor | undefined;
}

const payloadOf = (tensor: Tensor): Payload => tensor.payload as Payload;

/** Carries tangents along. */
export class JvpInterpreter extends Interpreter {
  readonly name = 'jvp';

  /** A tensor of this interpreter with that derivative. */
  join(primal: Tensor, tangent: Tensor | undefined): Tensor {
    const payload: Payload = { primal, tangent };
    return new Tensor(primal.abstract, this, payload);
  }

  /** Value and derivative of a result, which may belong to any level; no derivative is `undefined`. */
  split(tensor: Tensor): { readonly primal: Tensor; readonly tangent: Tensor | undefined } {
    return tensor.interpreter === this ? payloadOf(tensor) : { primal: tensor, tangent: undefined };
  }

  process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const primals = inputs.map((input) => payloadOf(input).primal);
    if (operation.nonDifferentiable !== undefined || inputs.every((input) => !payloadOf(input).tangent)) {
      return applyBelow(operation, primals, attributes);
    }
    if (operation.pushForward) {
      const { outputs, tangents } = operation.pushForward(
        primals,
        inputs.map((input) => payloadOf(input).tangent),
        attributes,
      );
      checkClosure(operation, outputs, this);
      return outputs.map((output, i) => (tangents[i] ? this.join(output, tangents[i]) : output));
    }
    if (!operation.jvp) {
      return operation.compose ? operation.compose(inputs, attributes) : noRule(operation, 'forward-mode', inputs);
    }
    const outputs = applyBelow(operation, primals, attributes);
    checkClosure(operation, outputs, this);
    if (!outputs.some((output) => isDifferentiable(output.dtype))) return outputs;
    const tangents = inputs.map((input) => {
      const { shape, dtype } = input.abstract;
      return payloadOf(input).tangent ?? algebra().zeros(shape, dtype);
    });
    const results = operation.jvp(
      primals,
      tangents,
      attributes,
      outputs,
      inputs.map((input) => payloadOf(input).tangent !== undefined),
    );
    if (results.length !== outputs.length) {
      internal(`${operation.name}: jvp gives ${results.length} tangents for ${outputs.length} results`);
    }
    return outputs.map((output, i) => {
      if (!isDifferentiable(output.dtype)) return output;
      return this.join(output, fitDerivative(results[i] as Tensor, output.abstract, operation, 'broadcastTo'));
    });
  }

  lift(tensor: Tensor): Tensor {
    return this.join(tensor, undefined);
  }

  override beneath(tensor: Tensor): Tensor {
    return payloadOf(tensor).primal;
  }

  constant(array: NdArray, weak: boolean): Tensor {
    return this.lift(currentInterpreter().constant(array, weak));
  }

  override read(tensor: Tensor): Promise<TypedArray> {
    const { primal } = payloadOf(tensor);
    return primal.interpreter.read(primal);
  }

  override readSync(tensor: Tensor): TypedArray {
    const { primal } = payloadOf(tensor);
    return primal.interpreter.readSync(primal);
  }
}
