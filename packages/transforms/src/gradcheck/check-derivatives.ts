/**
 * The checks behind `gradcheck`: derivatives of a function against central differences in float64, forward mode against
 * reverse mode, batches against their examples.
 */
import { type NdArray, ndFilled, ndStack, raise, stridesOf, type Tensor, tensorOfCopy } from '@deft/core';
import { vjp } from '../grad.ts';
import { jvp } from '../jvp.ts';
import { vmap } from '../vmap.ts';
import { Differentiated, type TensorFunction } from './differentiated.ts';
import type { GradComparisons } from './grad-report.ts';

/** What is checked, and how closely. */
export interface CheckSettings {
  readonly eps: number;
  readonly atol: number;
  readonly rtol: number;
  readonly nondetTol: number;
  readonly fastMode: boolean;
  readonly checkReverseAd: boolean;
  readonly checkForwardAd: boolean;
  readonly checkAdjoint: boolean;
  readonly checkGradDtypes: boolean;
  readonly checkUndefinedGrad: boolean;
  readonly checkBatchedGrad: boolean;
  readonly checkBatchedForwardGrad: boolean;
  readonly secondOrder: boolean;
  readonly prefix: string;
  readonly random: () => number;
}

/** Relative distance at which ⟨J t, c⟩ and ⟨t, Jᵀ c⟩ count as different. */
const adjointTolerance = 1e-9;
/** Cotangents in a batch. */
const batchSize = 3;

/** The place of an element: `[1, 2]`. */
function indexText(position: number, shape: readonly number[]): string {
  const strides = stridesOf(shape);
  return `[${shape.map((dim, axis) => Math.floor(position / (strides[axis] as number)) % dim).join(', ')}]`;
}

/** Runs all checks that the settings ask for. */
export function checkDerivatives(
  f: TensorFunction,
  inputs: readonly (NdArray | Tensor)[],
  settings: CheckSettings,
  comparisons: GradComparisons,
): void {
  const at = new Differentiated(f, inputs);
  for (const { dtype, shape } of at.outputs) {
    if (dtype === 'float64' || settings.eps >= 1e-3) continue;
    raise('E_DTYPE', {
      op: 'gradcheck',
      argument: 'result of the function',
      expected: 'float64',
      found: `${dtype}[${shape.join(', ')}]`,
      hint: 'differences of a float32 result need an eps of at least 1e-3',
    });
  }
  const cotangents = at.outputs.map((output) => ndFilled(output.shape, output.dtype, settings.random));
  checkTypesAndDeterminism(at, cotangents, settings, comparisons);
  if (settings.fastMode) checkDirections(at, settings, comparisons);
  else checkEveryElement(at, settings, comparisons);
  if (settings.checkAdjoint) checkAdjoint(at, cotangents, settings, comparisons);
  if (settings.checkUndefinedGrad) checkUndefined(at, settings, comparisons);
  if (settings.checkBatchedGrad) checkBatched(at, settings, comparisons);
  if (settings.checkBatchedForwardGrad) checkBatchedForward(at, settings, comparisons);
  if (settings.secondOrder) {
    const second = {
      ...settings,
      secondOrder: false,
      checkBatchedGrad: false,
      checkBatchedForwardGrad: false,
      prefix: `${settings.prefix}second order `,
    };
    checkDerivatives(at.gradientFunction(), [...at.point, ...cotangents], second, comparisons);
  }
}

/** The gradients have the types of the arguments, and are the same when taken again. */
function checkTypesAndDeterminism(
  at: Differentiated,
  cotangents: readonly NdArray[],
  settings: CheckSettings,
  comparisons: GradComparisons,
): void {
  const first = at.pullback()(cotangents);
  const again = at.pullback()(cotangents);
  at.variables.forEach((input, k) => {
    const [gradient, repeated, variable] = [first[k], again[k], at.inputs[input]] as [NdArray, NdArray, NdArray];
    const text = ({ dtype, shape }: NdArray): string => `${dtype}[${shape.join(', ')}]`;
    if (settings.checkGradDtypes && text(gradient) !== text(variable)) {
      const where = `(the gradient is ${text(gradient)}, the input ${text(variable)})`;
      comparisons.compare(`${settings.prefix}type`, { input, output: 0, where, numeric: 0, analytic: Number.NaN }, 0);
      return;
    }
    gradient.data.forEach((analytic, i) => {
      const numeric = repeated.data[i] as number;
      if (Object.is(numeric, analytic)) return;
      const where = `(two runs differ) ${indexText(i, gradient.shape)}`;
      const entry = { input, output: 0, where, numeric, analytic };
      comparisons.compare(`${settings.prefix}deterministic`, entry, settings.nondetTol);
    });
  });
}

const zeros = (like: NdArray): NdArray => ndFilled(like.shape, like.dtype, () => 0);
const basis = (like: NdArray, position: number): NdArray =>
  ndFilled(like.shape, like.dtype, (i) => (i === position ? 1 : 0));
const replaced = <T>(list: readonly T[], position: number, value: T): T[] =>
  list.map((item, i) => (i === position ? value : item));

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}

/** Every element of every result by every element of every argument. */
function checkEveryElement(at: Differentiated, settings: CheckSettings, comparisons: GradComparisons): void {
  const { eps, atol, rtol, prefix } = settings;
  const pull = at.pullback();
  const noCotangents = at.outputs.map(zeros);
  // rows[output][k] is the gradient of element k of that output by all arguments.
  const rows = at.outputs.map((output, o) =>
    Array.from({ length: output.data.length }, (_, k) => pull(replaced(noCotangents, o, basis(output, k)))),
  );
  const noTangents = at.point.map(zeros);
  at.point.forEach((variable, v) => {
    const input = at.variables[v] as number;
    for (let j = 0; j < variable.data.length; j++) {
      const direction = replaced(noTangents, v, basis(variable, j));
      const slopes = at.slope(direction, eps);
      const forward = settings.checkForwardAd ? at.pushforward(direction) : undefined;
      slopes.forEach((slope, output) => {
        const shape = (at.outputs[output] as NdArray).shape;
        slope.forEach((numeric, k) => {
          const where = `(element ${indexText(k, shape)} of the output by element ${indexText(j, variable.shape)})`;
          const allowed = atol + rtol * Math.abs(numeric);
          const row = (rows[output] as NdArray[][])[k] as NdArray[];
          const reverse = (row[v] as NdArray).data[j] as number;
          if (settings.checkReverseAd) {
            comparisons.compare(`${prefix}reverse`, { input, output, where, numeric, analytic: reverse }, allowed);
          }
          if (!forward) return;
          const analytic = (forward[output] as NdArray).data[k] as number;
          comparisons.compare(`${prefix}forward`, { input, output, where, numeric, analytic }, allowed);
        });
      });
    }
  });
}

/** One random direction in each argument, one random cotangent of each result. */
function checkDirections(at: Differentiated, settings: CheckSettings, comparisons: GradComparisons): void {
  const { eps, atol, rtol, prefix, random } = settings;
  const pull = at.pullback();
  const noCotangents = at.outputs.map(zeros);
  const noTangents = at.point.map(zeros);
  const cotangents = at.outputs.map((output) => ndFilled(output.shape, output.dtype, random));
  const gradients = cotangents.map((cotangent, o) => pull(replaced(noCotangents, o, cotangent)));
  at.point.forEach((variable, v) => {
    if (variable.data.length === 0) return;
    const input = at.variables[v] as number;
    const tangent = ndFilled(variable.shape, variable.dtype, random);
    const direction = replaced(noTangents, v, tangent);
    const slopes = at.slope(direction, eps);
    const forward = settings.checkForwardAd ? at.pushforward(direction) : undefined;
    slopes.forEach((slope, output) => {
      if (slope.length === 0) return;
      const cotangent = (cotangents[output] as NdArray).data;
      const where = '(along random directions)';
      const numeric = dot(slope, cotangent);
      const allowed = atol + rtol * Math.abs(numeric);
      const reverse = dot(((gradients[output] as NdArray[])[v] as NdArray).data, tangent.data);
      if (settings.checkReverseAd) {
        comparisons.compare(`${prefix}reverse`, { input, output, where, numeric, analytic: reverse }, allowed);
      }
      if (!forward) return;
      const analytic = dot((forward[output] as NdArray).data, cotangent);
      comparisons.compare(`${prefix}forward`, { input, output, where, numeric, analytic }, allowed);
    });
  });
}

/** ⟨J t, c⟩ = ⟨t, Jᵀ c⟩ for every argument. */
function checkAdjoint(
  at: Differentiated,
  cotangents: readonly NdArray[],
  settings: CheckSettings,
  comparisons: GradComparisons,
): void {
  const gradients = at.pullback()(cotangents);
  const noTangents = at.point.map(zeros);
  at.point.forEach((variable, v) => {
    if (variable.data.length === 0) return;
    const tangent = ndFilled(variable.shape, variable.dtype, settings.random);
    const pushed = at.pushforward(replaced(noTangents, v, tangent));
    const gradient = (gradients[v] as NdArray).data;
    let [analytic, size] = [0, 0];
    pushed.forEach(({ data }, o) => {
      const cotangent = (cotangents[o] as NdArray).data;
      analytic += dot(data, cotangent);
      size += dot(data.map(Math.abs), cotangent.map(Math.abs));
    });
    const numeric = dot(gradient, tangent.data);
    size += dot(gradient.map(Math.abs), tangent.data.map(Math.abs));
    const single = at.outputs.some(({ dtype }) => dtype === 'float32');
    const allowed = (single ? 1e-5 : adjointTolerance) * (1 + size);
    const where = '(numeric: ⟨t, vjp c⟩, analytic: ⟨jvp t, c⟩)';
    const entry = { input: at.variables[v] as number, output: 0, where, numeric, analytic };
    comparisons.compare(`${settings.prefix}adjoint`, entry, allowed);
  });
}

/** The pullback of a batch of cotangents is the batch of pullbacks. */
function checkBatched(at: Differentiated, settings: CheckSettings, comparisons: GradComparisons): void {
  const batch = Array.from({ length: batchSize }, () =>
    at.outputs.map((output) => ndFilled(output.shape, output.dtype, settings.random)),
  );
  const [, pull] = vjp(at.onVariables, ...at.point.map(tensorOfCopy));
  const stacked = at.outputs.map((_, o) => tensorOfCopy(ndStack(batch.map((example) => example[o] as NdArray))));
  const run = vmap((...cotangents: Tensor[]) => (pull as unknown as (c: Tensor[]) => Tensor[])(cotangents));
  const together = (run as unknown as (...cotangents: Tensor[]) => Tensor[])(...stacked);
  const each = batch.map(at.pullback());
  at.variables.forEach((input, v) => {
    const found = (together[v] as Tensor).dataSync();
    const length = (at.point[v] as NdArray).data.length;
    found.forEach((analytic, i) => {
      const example = Math.floor(i / length);
      const numeric = ((each[example] as NdArray[])[v] as NdArray).data[i % length] as number;
      if (Object.is(numeric, analytic)) return;
      const where = `(numeric: alone, analytic: as example ${example} of a batch)`;
      const allowed = 1e-9 * (1 + Math.abs(numeric));
      comparisons.compare(`${settings.prefix}batched`, { input, output: 0, where, numeric, analytic }, allowed);
    });
  });
}

/** A cotangent of zeros, which is what a result that nothing depends on has, gives gradients of zeros. */
function checkUndefined(at: Differentiated, settings: CheckSettings, comparisons: GradComparisons): void {
  const gradients = at.pullback()(at.outputs.map(zeros));
  at.variables.forEach((input, v) => {
    (gradients[v] as NdArray).data.forEach((analytic, i) => {
      const where = `(of zeros) ${indexText(i, (at.point[v] as NdArray).shape)}`;
      comparisons.compare(`${settings.prefix}undefined`, { input, output: 0, where, numeric: 0, analytic }, 0);
    });
  });
}

/** The tangents of a batch of directions are those of each. */
function checkBatchedForward(at: Differentiated, settings: CheckSettings, comparisons: GradComparisons): void {
  const batch = Array.from({ length: batchSize }, () =>
    at.point.map((input) => ndFilled(input.shape, input.dtype, settings.random)),
  );
  const stacked = at.point.map((_, v) => tensorOfCopy(ndStack(batch.map((example) => example[v] as NdArray))));
  const point = at.point.map(tensorOfCopy);
  const push = jvp as unknown as (f: unknown, primals: Tensor[], tangents: Tensor[]) => [Tensor[], Tensor[]];
  const run = vmap((...tangents: Tensor[]) => push(at.onVariables, point, tangents)[1]);
  const together = (run as unknown as (...tangents: Tensor[]) => Tensor[])(...stacked);
  const each = batch.map((example) => at.pushforward(example));
  at.outputs.forEach(({ data: { length } }, output) => {
    (together[output] as Tensor).dataSync().forEach((analytic, i) => {
      const example = Math.floor(i / length);
      const numeric = ((each[example] as NdArray[])[output] as NdArray).data[i % length] as number;
      if (Object.is(numeric, analytic)) return;
      const where = `(numeric: alone, analytic: as example ${example} of a batch)`;
      const entry = { input: at.variables[0] as number, output, where, numeric, analytic };
      comparisons.compare(`${settings.prefix}batched forward`, entry, 1e-9 * (1 + Math.abs(numeric)));
    });
  });
}
