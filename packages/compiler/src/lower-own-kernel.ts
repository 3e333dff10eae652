/**
 * Lowers the forms that never share a kernel: contractions, scatters, sorts, routines and calls of the host. Each one emits its kernel where
 * it stands, and its results are read from the buffers that the kernel writes.
 */
import { type AbstractValue, internal, sizeOf } from '@deft/core';
import type { GraphNode, GraphValue } from '@deft/graph';
import type { ContractKernel, Expression, Form } from '@deft/kernel';
import { combine } from './combine-values.ts';
import { contractAxes } from './contract-axes.ts';
import { KernelExpressions, withoutUnitAxes } from './emit-loop.ts';
import { hostFunctionFor } from './host-calls.ts';
import { permutationMap } from './index-maps.ts';
import { type LazyValue, lazyConstant } from './lazy-value.ts';
import type { LoweredValues } from './lowered-values.ts';

/** A contraction of two plain views. */
export function lowerContract(
  values: LoweredValues,
  node: GraphNode,
  form: Form & { readonly form: 'contract' },
  output: AbstractValue,
): LazyValue {
  const { shape, dtype } = output;
  const [left, right] = node.inputs as [GraphValue, GraphValue];
  const axes = contractAxes(form, left.abstract.shape, right.abstract.shape);
  const result = values.draft.result(dtype, sizeOf(shape), 'a contract is a kernel of its own');
  const kernel: ContractKernel = {
    form: 'contract',
    ...axes.dims,
    left: values.plainView(left, permutationMap(left.abstract.shape, axes.leftOrder)),
    right: values.plainView(right, permutationMap(right.abstract.shape, axes.rightOrder)),
    result,
  };
  values.draft.kernel(kernel, node.operation.name);
  return values.held(result, output);
}

/** One kernel for all results of the op; those that nobody needs are scratch. */
export function lowerRoutine(
  values: LoweredValues,
  node: GraphNode,
  { routine, instances }: Form & { readonly form: 'routine' },
  isNeeded: (output: GraphValue) => boolean,
): void {
  const inputs = node.inputs.map((input) => values.contiguousBuffer(input, 'read by a routine'));
  if (!node.outputs.some((output) => isNeeded(output))) return;
  const buffers = routine.arrays.map(({ dtype, length, role }, i) =>
    role === 'input'
      ? (inputs[i] ?? internal(`array ${i} of ${routine.label} has no input`))
      : values.draft.result(dtype, length * instances, 'a routine is a kernel of its own'),
  );
  node.outputs.forEach((output, i) => {
    const { shape, dtype } = output.abstract;
    const buffer = buffers[inputs.length + i];
    const array = routine.arrays[inputs.length + i];
    if (buffer === undefined || array?.dtype !== dtype || array.length * instances !== sizeOf(shape)) {
      internal(`result ${i} of ${routine.label} is not ${output.abstract.text}`);
    }
    values.define(output, values.held(buffer, output.abstract));
  });
  values.draft.kernel({ form: 'routine', routine, instances, buffers }, node.operation.name);
}

/** One kernel for all results of an op that the host computes, unless nobody needs any. */
export function lowerCall(values: LoweredValues, node: GraphNode, isNeeded: (output: GraphValue) => boolean): void {
  if (!node.outputs.some((output) => isNeeded(output))) return;
  const { draft } = values;
  const operands = node.inputs.map((input) => values.contiguousBuffer(input, 'read by the host'));
  const results = node.outputs.map(({ abstract: { dtype, shape } }) =>
    draft.result(dtype, sizeOf(shape), 'a call is a kernel of its own'),
  );
  const call = draft.calls.push(hostFunctionFor(node)) - 1;
  draft.kernel({ form: 'call', call, operands, results }, node.operation.name);
  node.outputs.forEach((output, i) => {
    values.define(output, values.held(results[i] as number, output.abstract));
  });
}

/** Values put at computed offsets of a new buffer, over a base unless that is all 0. */
export function lowerScatter(
  values: LoweredValues,
  node: GraphNode,
  form: Form & { readonly form: 'scatter' },
  template: Expression,
  output: AbstractValue,
): LazyValue {
  const { shape, dtype } = output;
  const [first, second, ...others] = node.inputs as [GraphValue, GraphValue, ...GraphValue[]];
  const start = values.value(first).expression;
  const isZero = start.kind === 'constant' && start.value === 0;
  const base = isZero ? undefined : values.contiguousBuffer(first, 'what a scatter starts from');
  for (const input of [second, ...others]) values.withoutReductions(input, 'used in a scatter');
  const space = second.abstract.shape;
  const none = lazyConstant([], dtype, 0);
  const value = values.value(second);
  const offset = combine(template, [none, none, ...values.alignedInputs(others, form.maps, space)], space);
  const local = new KernelExpressions(values.leaves);
  const localValue = local.localise(value.expression, space, [], undefined);
  const localOffset = local.localise(offset.expression, space, [], undefined);
  const result = values.draft.result(dtype, sizeOf(shape), 'a scatter is a kernel of its own');
  values.draft.kernel(
    {
      form: 'scatter',
      space: withoutUnitAxes(space),
      operands: local.operands.operands,
      base,
      offset: localOffset,
      value: localValue,
      combine: form.combine,
      result,
    },
    node.operation.name,
  );
  return values.held(result, output);
}

/** Sorts the rows of the last axis. */
export function lowerSort(
  values: LoweredValues,
  node: GraphNode,
  { descending, gives }: Form & { readonly form: 'sort' },
  output: AbstractValue,
): LazyValue {
  const { shape, dtype } = output;
  const source = values.contiguousBuffer(node.inputs[0] as GraphValue, 'sorted');
  const length = shape.at(-1) ?? 1;
  const rows = length === 0 ? 0 : sizeOf(shape) / length;
  const result = values.draft.result(dtype, sizeOf(shape), 'a sort is a kernel of its own');
  values.draft.kernel({ form: 'sort', rows, length, source, descending, gives, result }, node.operation.name);
  return values.held(result, output);
}
