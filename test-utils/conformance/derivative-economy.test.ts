/**
 * What derivatives do without (row G3: memory). A saved value whose elements no sample's gradient depends on is kept for
 * nothing: shapes and dtypes come to the rules without it. And a tangent that is not there need not be computed with.
 */
import {
  type Attributes,
  allOperations,
  baseInterpreter,
  Interpreter,
  isComplex,
  isFloating,
  type NdArray,
  ndFilled,
  ndZeros,
  type Operation,
  type OperationSample,
  type Saved,
  Tensor,
  tensorOfCopy,
  withInterpreter,
} from '@deft/core';
import { add, zerosLike } from '@deft/tensor';
import { describe, expect, it } from 'vitest';

/** Samples on real numbers: complex ones are computed by other ops, on their parts. */
const realSamples = ({ samples }: Operation): OperationSample[] =>
  samples.filter(
    ({ inputs, rest = [] }) => !inputs.some(({ dtype }) => isComplex(dtype)) && !rest.includes('complex64'),
  );

/** Notes with what the sample applies the op, and applies it. */
class Spy extends Interpreter {
  readonly name = 'spy';
  readonly operation: Operation;
  seen: { inputs: readonly Tensor[]; attributes: Attributes } | undefined;

  constructor(operation: Operation) {
    super();
    this.operation = operation;
  }

  process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const below = inputs.map((input) => input.payload as Tensor);
    if (operation === this.operation) this.seen ??= { inputs: below, attributes };
    return baseInterpreter()
      .process(operation, below, attributes)
      .map((one) => this.lift(one));
  }

  lift(tensor: Tensor): Tensor {
    return new Tensor(tensor.abstract, this, tensor);
  }

  constant(array: NdArray): Tensor {
    return this.lift(tensorOfCopy(array));
  }
}

/** Other elements everywhere. */
function spoilt(value: Tensor): Tensor {
  const { shape, dtype } = value.abstract;
  const data = value.dataSync() as unknown as ArrayLike<number>;
  return tensorOfCopy(ndFilled(shape, dtype, (i) => (isFloating(dtype) ? Number.NaN : Number(data[i]) === 0 ? 1 : 0)));
}

const text = (results: readonly (Tensor | null)[]): string =>
  JSON.stringify(results.map((one) => (one === null ? null : Array.from(one.dataSync() as ArrayLike<number>, String))));

/** The operands and attributes that a sample applies an op to. */
function applied(operation: Operation, sample: OperationSample): Spy['seen'] {
  const spy = new Spy(operation);
  const tensors = sample.inputs.map((input) => tensorOfCopy(input));
  const call = operation.call as (...args: unknown[]) => unknown;
  withInterpreter(spy, () => {
    const lifted = tensors.map((one) => spy.lift(one));
    if (operation.variadic) call(lifted, ...(sample.rest ?? []));
    else call(...lifted, ...(sample.rest ?? []));
  });
  return spy.seen;
}

/** Numbers that differ. */
function someNumbers(one: Tensor): Tensor {
  return tensorOfCopy(ndFilled(one.abstract.shape, one.dtype, (i) => 0.5 + ((i * 7) % 5)));
}

/** The names of saved values that make a difference to the gradients of a sample. */
function readBySample(
  operation: Operation,
  sample: OperationSample,
): { saved: readonly string[]; read: readonly string[] } {
  const seen = applied(operation, sample);
  if (!seen) return { saved: [], read: [] };
  const { inputs, attributes } = seen;
  const saved: { [name: string]: Tensor } = {};
  const keep = (name: string, values: readonly Tensor[]): void => {
    for (const [i, value] of values.entries()) saved[`${name}[${i}]`] = value;
  };
  let outputs: readonly Tensor[];
  if (operation.forward) {
    const kept = operation.forward(
      inputs,
      attributes,
      inputs.map(() => true),
    );
    outputs = kept.outputs;
    Object.assign(saved, kept.saved);
  } else {
    outputs = baseInterpreter().process(operation, inputs, attributes);
    for (const name of operation.saves) {
      if (name === 'output') {
        if (operation.multipleResults) keep(name, outputs);
        else saved[name] = outputs[0] as Tensor;
      } else if (operation.variadic) keep(name, inputs);
      else saved[name] = inputs[operation.inputs.indexOf(name)] as Tensor;
    }
  }
  if (outputs.every((one) => one.size === 0)) return { saved: Object.keys(saved), read: [] };
  const cotangents = outputs.map(someNumbers);
  const needs = inputs.map((input) => isFloating(input.dtype));
  const types = inputs.map((input) => input.abstract);
  const arrived = outputs.map(() => true);
  const gradients = (values: Saved): string => {
    try {
      return text(
        (operation.vjp as NonNullable<Operation['vjp']>)(cotangents, values, attributes, needs, types, arrived),
      );
    } catch {
      return 'an error';
    }
  };
  const honest = gradients(saved);
  const read = Object.keys(saved).filter(
    (name) => gradients({ ...saved, [name]: spoilt(saved[name] as Tensor) }) !== honest,
  );
  // Where one gradient alone is wanted, what is not saved for it is not looked at.
  const { savedFor } = operation;
  if (!savedFor) return { saved: Object.keys(saved), read };
  const rule = operation.vjp as NonNullable<Operation['vjp']>;
  const all = rule(cotangents, saved, attributes, needs, types, arrived);
  for (const [i, name] of operation.inputs.entries()) {
    if (!needs[i]) continue;
    const kept = Object.fromEntries(Object.entries(saved).filter(([one]) => savedFor[one]?.includes(name) ?? true));
    const only = rule(
      cotangents,
      kept,
      attributes,
      needs.map((_, k) => k === i),
      types,
      arrived,
    );
    expect(text([only[i] ?? null])).toBe(text([all[i] ?? null]));
  }
  return { saved: Object.keys(saved), read };
}

describe('what is saved for the way back', () => {
  const rows = allOperations()
    .filter((one) => one.vjp && realSamples(one).some((sample) => sample.grad !== 'skip'))
    .map((operation) => [operation.name, operation] as const);

  it.each(rows)('%s saves only what its gradients depend on', (_, operation) => {
    const saved = new Set<string>();
    const read = new Set<string>();
    for (const sample of realSamples(operation)) {
      const found = readBySample(operation, sample);
      for (const name of found.saved) saved.add(name.replace(/\[\d+\]$/, ''));
      for (const name of found.read) read.add(name.replace(/\[\d+\]$/, ''));
    }
    expect([...read].sort()).toEqual([...saved].sort());
  });

  const several = allOperations()
    .filter((one) => one.jvp && one.samples.some((sample) => sample.inputs.length > 1))
    .map((operation) => [operation.name, operation] as const);

  it.each(several)('%s: a tangent that is left out counts as zeros', (_, operation) => {
    const rule = operation.jvp as NonNullable<Operation['jvp']>;
    for (const sample of realSamples(operation)) {
      const seen = sample.grad === 'skip' ? undefined : applied(operation, sample);
      if (!seen) continue;
      const { inputs, attributes } = seen;
      const floating = inputs.map((input) => isFloating(input.dtype));
      const outputs = baseInterpreter().process(operation, inputs, attributes);
      if (!outputs.some((output) => isFloating(output.dtype))) continue;
      for (const position of inputs.keys()) {
        if (!floating[position]) continue;
        const tangents = inputs.map((input, i) =>
          i === position ? someNumbers(input) : tensorOfCopy(ndZeros(input.abstract.shape, input.dtype)),
        );
        const run = (varies: readonly boolean[]): Tensor =>
          add(
            rule(inputs, tangents, attributes, outputs, varies)[0] as Tensor,
            zerosLike(outputs[0] as Tensor),
          ) as Tensor;
        const alone = run(inputs.map((_, i) => i === position)).dataSync() as ArrayLike<number>;
        for (const [i, expected] of Array.from(run(floating).dataSync() as ArrayLike<number>).entries()) {
          if (Object.is(alone[i], expected)) continue; // infinities and NaN among them
          expect(Math.abs((alone[i] as number) - expected)).toBeLessThanOrEqual(1e-5 * (1 + Math.abs(expected)));
        }
      }
    }
  });
});
