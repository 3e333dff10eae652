/**
 * How an interpreter of this package hands an op to the level below it, and what it checks of what comes back.
 */
import {
  type Attributes,
  algebra,
  baseInterpreter,
  currentInterpreter,
  dispatch,
  findOperation,
  type Interpreter,
  internal,
  type Operation,
  raise,
  type Saved,
  sameShape,
  type Tensor,
} from '@deft/core';

/** Whether the op was made for one call (by `customVjp`, `stopGradient` …) and is known to no executor. */
function isAdHoc(operation: Operation): boolean {
  return operation.kind === 'composite' && findOperation(operation.name) !== operation;
}

/**
 * Applies an op to tensors of lower levels. An op made for one call is a function of the user's: at the base it is
 * simply run, so executors only ever see registered ops.
 */
export function applyBelow(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
  if (operation.compose && isAdHoc(operation)) {
    const base = baseInterpreter();
    if (currentInterpreter() === base && inputs.every((input) => input.interpreter === base)) {
      return operation.compose(inputs, attributes);
    }
  }
  return dispatch(operation, inputs, attributes);
}

/** Throws `E_GRAD` if a rule gave back tensors of the level that it was hidden from: it closed over them. */
export function checkClosure(operation: Operation, outputs: readonly Tensor[], interpreter: Interpreter): void {
  if (!outputs.some((output) => output.interpreter === interpreter)) return;
  raise('E_GRAD', {
    op: operation.name,
    says: `the function reads a tensor of the running ${interpreter.name} that is not among its arguments`,
    hint: 'pass the tensor to the function as an argument',
  });
}

/** Throws `E_GRAD`: the op has neither a rule nor parts to differentiate. */
export function noRule(operation: Operation, mode: string, inputs: readonly Tensor[]): never {
  return raise('E_GRAD', {
    op: operation.name,
    says: `the op has no ${mode} rule`,
    operands: inputs.map((input) => input.abstract),
    hint: 'give the op a rule, or state in its file why it is not differentiable',
  });
}

/** A derivative brought to the dtype and shape of the value it belongs to; `spread` undoes or makes a broadcast. */
export function fitDerivative(
  derivative: Tensor,
  value: { readonly shape: readonly number[]; readonly dtype: Tensor['dtype'] },
  operation: Operation,
  spread: 'sumTo' | 'broadcastTo',
): Tensor {
  let fitted = derivative;
  if (!sameShape(fitted.abstract.shape, value.shape)) {
    if (operation.batch !== 'elementwise') {
      internal(
        `${operation.name}: a rule gives ${fitted.abstract.text} for a value of shape [${value.shape.join(', ')}]`,
      );
    }
    fitted = algebra()[spread](fitted, value.shape);
  }
  return fitted.dtype === value.dtype ? fitted : algebra().cast(fitted, value.dtype);
}

/** The values that `saves` names and the wanted cotangents need: operands by their names (`xs[0]`, `xs[1]` of a variadic op), `output` for the result. */
export function savedValues(
  operation: Operation,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  needs: readonly boolean[],
): Saved {
  const saved: { [name: string]: Tensor } = {};
  const keepAll = (name: string, tensors: readonly Tensor[]): void => {
    for (const [i, tensor] of tensors.entries()) saved[`${name}[${i}]`] = tensor;
  };
  for (const name of operation.saves) {
    const readers = operation.savedFor?.[name];
    if (readers?.every((reader) => !needs[operation.inputs.indexOf(reader)])) continue;
    if (name === 'output') {
      if (operation.multipleResults) keepAll(name, outputs);
      else saved[name] = outputs[0] as Tensor;
    } else if (operation.variadic && name === operation.inputs[0]) {
      keepAll(name, inputs);
    } else {
      saved[name] = inputs[operation.inputs.indexOf(name)] ?? internal(`${operation.name}: nothing is called ${name}`);
    }
  }
  return saved;
}
