/**
 * The laws of an op's derivatives. Where a sample says `check`: forward and reverse mode are the limit of differences in
 * float64, adjoint to each other, and so are the derivatives of the gradient; pullbacks batch; the float32 gradient agrees
 * with the float64 one in every mode. Where it states numbers they come out in every mode, forward and reverse.
 */
import {
  algebra,
  isComplex,
  isDifferentiable,
  isFloating,
  type NdArray,
  ndFilled,
  type Operation,
  randomNumbers,
  sizeOf,
  type Tensor,
  tensorOfCopy,
} from '@deft/core';
import { jvp, vjp } from '@deft/tensor';
import { gradcheck } from '@deft/transforms';
import { callOperation, doublePrecision, singlePrecision, type Variant } from './calls.ts';
import { limitationOf } from './check-values.ts';
import type { Findings } from './findings.ts';
import { expectedOf, fetch, modes, on, oracle, type TensorsFunction } from './modes.ts';
import { expectGradients } from './tolerance.ts';

/** More elements than this are checked along random directions instead of one by one. */
const fewElements = 12;

type Pullback = (cotangents: Tensor[]) => Tensor[];

/** The op's real and complex results as a function of its real and complex inputs. */
function ofVariables(operation: Operation, inputs: readonly Tensor[], rest: readonly unknown[]) {
  const positions = inputs.flatMap((input, i) => (isDifferentiable(input.dtype) ? [i] : []));
  const f = (...variables: Tensor[]): Tensor[] => {
    const all = inputs.map((input, i) => variables[positions.indexOf(i)] ?? input);
    return callOperation(operation, all, rest).filter((output) => isDifferentiable(output.dtype));
  };
  return { f, variables: positions.map((i) => inputs[i] as Tensor) };
}

/** Cotangents of the floating inputs, out of inputs and cotangents of the floating results in one list. */
function gradientOf(operation: Operation, variant: Variant): TensorsFunction {
  const count = variant.inputs.length;
  return (tensors) => {
    const { f, variables } = ofVariables(operation, tensors.slice(0, count), variant.rest);
    const [, pull] = vjp(f, ...variables);
    return (pull as unknown as Pullback)(tensors.slice(count));
  };
}

/** Cotangents of the inputs when every result counts once. */
function gradientOfSum(operation: Operation, variant: Variant): TensorsFunction {
  return (tensors) => {
    const { f, variables } = ofVariables(operation, tensors, variant.rest);
    const [outputs, pull] = vjp(f, ...variables);
    return (pull as unknown as Pullback)(outputs.map(({ abstract }) => algebra().ones(abstract.shape, abstract.dtype)));
  };
}

function floatingResults(operation: Operation, variant: Variant): NdArray[] {
  const f: TensorsFunction = (tensors) => callOperation(operation, tensors, variant.rest);
  return expectedOf(f, variant.inputs).filter(({ dtype }) => isFloating(dtype));
}

function checkAgainstDifferences(operation: Operation, variant: Variant): void {
  const results = floatingResults(operation, variant);
  const isSingle = results.some(({ dtype }) => dtype === 'float32');
  const elements = variant.inputs.reduce(
    (total, { shape, dtype }) => total + (isFloating(dtype) ? sizeOf(shape) : 0),
    0,
  );
  const f = (...inputs: Tensor[]): Tensor[] => callOperation(operation, inputs, variant.rest);
  const { comparisons } = on(oracle, () =>
    gradcheck(f, variant.inputs, {
      fastMode: elements > fewElements,
      secondOrder: true,
      checkBatchedGrad: true,
      ...(isSingle ? { eps: 1e-2, atol: 1e-3, rtol: 1e-2 } : {}),
    }),
  );
  if (comparisons === 0) throw new Error("nothing was compared: leave `grad` out, or use 'skip'");
}

function checkInSinglePrecision(operation: Operation, variant: Variant, findings: Findings, label: string): void {
  const random = randomNumbers(7);
  const double = doublePrecision(variant.sample);
  const single = singlePrecision(variant.sample);
  const cotangents = floatingResults(operation, double).map((result) => ndFilled(result.shape, result.dtype, random));
  const expected = expectedOf(gradientOf(operation, double), [...double.inputs, ...cotangents]);
  const outputs = floatingResults(operation, single);
  const rounded = cotangents.map((cotangent, i) =>
    ndFilled(cotangent.shape, (outputs[i] as NdArray).dtype, (k) => cotangent.data[k] as number),
  );
  for (const mode of modes) {
    if (limitationOf(operation, mode.backend, single.dtypes)) continue;
    if (mode.backend === 'reference') continue;
    findings.attempt(`${label}, float32 gradient, ${mode.name}`, () =>
      expectGradients(expected, mode.run(gradientOf(operation, single), [...single.inputs, ...rounded])),
    );
  }
}

/** The stated gradient in every mode, and the same by forward mode, one direction after the other. */
function checkStated(
  operation: Operation,
  variant: Variant,
  stated: readonly (readonly number[])[],
  findings: Findings,
): void {
  const floating = variant.inputs.flatMap(({ dtype }, i) => (isDifferentiable(dtype) ? [i] : []));
  const expected = floating.map((i): NdArray => {
    const numbers = stated[i] ?? [];
    const { shape, data } = variant.inputs[i] as NdArray;
    if (numbers.length !== data.length)
      throw new Error(`input ${i} has ${data.length} elements, ${numbers.length} numbers are stated`);
    return { shape, dtype: 'float64', data: Float64Array.from(numbers) };
  });
  const gradient = gradientOfSum(operation, variant);
  findings.attempt(`${variant.label}, stated gradient, ${oracle}`, () =>
    expectGradients(expected, expectedOf(gradient, variant.inputs)),
  );
  findings.attempt(`${variant.label}, stated gradient, forward mode`, () =>
    expectGradients(
      expected,
      on(oracle, () => forwardSums(operation, variant)),
    ),
  );
  for (const mode of modes) {
    if (limitationOf(operation, mode.backend, variant.dtypes)) continue;
    findings.attempt(`${variant.label}, stated gradient, ${mode.name}`, () =>
      expectGradients(expected, mode.run(gradient, variant.inputs)),
    );
  }
}

/** The derivative of the sum of all results by every element of every floating input, in forward mode. */
function forwardSums(operation: Operation, variant: Variant): NdArray[] {
  const { f, variables } = ofVariables(operation, variant.inputs.map(tensorOfCopy), variant.rest);
  const points = fetch(variables);
  const run = jvp as unknown as (f: unknown, point: Tensor[], tangents: Tensor[]) => [Tensor[], Tensor[]];
  return points.map(({ shape, data }, v) => {
    const sumAlong = (position: number): number => {
      const tangents = points.map((array, i) =>
        tensorOfCopy(ndFilled(array.shape, array.dtype, (k) => (i === v && k === position ? 1 : 0))),
      );
      const [, pushed] = run(f, variables, tangents);
      return fetch(pushed).reduce((total, pushedArray) => total + realSum(pushedArray), 0);
    };
    // As in the stated gradients, the parts of complex numbers stand one by one.
    return { shape, dtype: 'float64', data: Float64Array.from({ length: data.length }, (_, i) => sumAlong(i)) };
  });
}

/** The sum of the elements, of complex ones that of their real parts: those count where every result counts once. */
function realSum({ dtype, data }: NdArray): number {
  return Array.from(data)
    .filter((_, i) => !isComplex(dtype) || i % 2 === 0)
    .reduce((sum, element) => sum + element, 0);
}

/** Every sample that says something about its gradient. */
export function checkDerivatives(operation: Operation, findings: Findings): void {
  for (const sample of operation.samples) {
    const { grad } = sample;
    if (grad === undefined || grad === 'skip') continue;
    if (operation.nonDifferentiable !== undefined) {
      findings.attempt(sample.label, () => {
        throw new Error('a sample of an op without derivatives says something about its gradient');
      });
    } else if (grad === 'check') {
      findings.attempt(sample.label, () => checkAgainstDifferences(operation, doublePrecision(sample)));
      findings.attempt(sample.label, () =>
        checkInSinglePrecision(operation, singlePrecision(sample), findings, sample.label),
      );
    } else {
      findings.attempt(sample.label, () => checkStated(operation, singlePrecision(sample), grad, findings));
      const double = doublePrecision(sample);
      if (limitationOf(operation, undefined, double.dtypes)) continue;
      findings.attempt(sample.label, () => checkStated(operation, double, grad, findings));
    }
  }
}
