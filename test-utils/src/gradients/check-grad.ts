/**
 * `checkGrad`: compares the derivatives of a function with central differences in float64, forward mode with reverse mode,
 * and, if asked, the derivatives of the gradient and batched pullbacks with theirs.
 */
import { type NdArray, raise, type Tensor } from '@deft/core';
import { vjp, vmap } from '@deft/transforms';
import { indexText } from '../matchers.ts';
import { Differentiated, filled, put, stackArrays, type TensorFunction } from './differentiated.ts';
import { GradCheckError, GradComparisons, type GradReport } from './grad-report.ts';
import { randomNumbers } from './random-numbers.ts';

/** Options of `checkGrad`; names and values are those of PyTorch's `gradcheck`. */
export interface CheckGradOptions {
  /** Step of the differences; 1e-6 unless told. */
  readonly eps?: number;
  /** Absolute tolerance; 1e-5 unless told. */
  readonly atol?: number;
  /** Relative tolerance; 1e-3 unless told. */
  readonly rtol?: number;
  /** How far two gradients of the same point may be apart; 0 unless told. */
  readonly nondeterministicTolerance?: number;
  /** Compares along a random direction of every argument and result instead of every element; false unless told. */
  readonly fastMode?: boolean;
  /** Also compares forward mode; true unless told. */
  readonly checkForwardMode?: boolean;
  /** Also checks that reverse mode is the adjoint of forward mode, to 1e-9 relative; true unless told. */
  readonly checkAdjoint?: boolean;
  /** Also checks the derivatives of the gradient, by arguments and cotangents; false unless told. */
  readonly secondOrder?: boolean;
  /** Also checks that pullbacks of a batch of cotangents are those of each; false unless told. */
  readonly checkBatched?: boolean;
  /** Seed of random directions and cotangents; 1 unless told. */
  readonly seed?: number;
  /** Whether to throw when a check fails; true unless told. */
  readonly raise?: boolean;
}

interface Settings extends Required<Omit<CheckGradOptions, 'raise'>> {
  readonly prefix: string;
  readonly random: () => number;
}

/** Relative distance at which ⟨J t, c⟩ and ⟨t, Jᵀ c⟩ count as different. */
const adjointTolerance = 1e-9;
/** Cotangents in a batch. */
const batchSize = 3;

/**
 * Compares the derivatives of `f` at the inputs with central differences. Floating inputs are taken in float64 whatever
 * their dtype, other inputs are constants; results may be one tensor or a list, of which the floating ones are
 * differentiated. The function runs on the current backend and must be smooth around the point.
 *
 * An entry is wrong when |numeric − analytic| > atol + rtol·|numeric|.
 *
 * @throws `GradCheckError`, whose text names the check, the worst entry, the input, the numeric and the analytic value;
 *   `E_DTYPE` where a result is float32 although the inputs are float64 and `eps` is too small for it; `E_GRAD` where
 *   nothing can be differentiated.
 * @returns what was compared, also when `raise` is false and a check failed.
 * @example
 * ```ts
 * import { nd } from '@deft/core';
 * import { mul, sin, type Tensor } from '@deft/tensor';
 * import { checkGrad } from '@deft/test-utils';
 * checkGrad((x: Tensor) => sin(mul(x, x)), [nd([3], [0.1, 1, 2])], { secondOrder: true });
 * ```
 */
export function checkGrad(
  f: TensorFunction,
  inputs: readonly (NdArray | Tensor)[],
  options: CheckGradOptions = {},
): GradReport {
  const comparisons = new GradComparisons();
  const settings: Settings = {
    eps: 1e-6,
    atol: 1e-5,
    rtol: 1e-3,
    nondeterministicTolerance: 0,
    fastMode: false,
    checkForwardMode: true,
    checkAdjoint: true,
    secondOrder: false,
    checkBatched: false,
    seed: 1,
    ...options,
    prefix: '',
    random: randomNumbers(options.seed ?? 1),
  };
  check(f, inputs, settings, comparisons);
  const report = comparisons.report();
  if (!report.passed && options.raise !== false) throw new GradCheckError(report);
  return report;
}

function check(
  f: TensorFunction,
  inputs: readonly (NdArray | Tensor)[],
  settings: Settings,
  comparisons: GradComparisons,
): void {
  const at = new Differentiated(f, inputs);
  for (const { dtype, shape } of at.outputs) {
    if (dtype === 'float64' || settings.eps >= 1e-3) continue;
    raise('E_DTYPE', {
      op: 'checkGrad',
      argument: 'result of the function',
      expected: 'float64',
      found: `${dtype}[${shape.join(', ')}]`,
      hint: 'differences of a float32 result need an eps of at least 1e-3',
    });
  }
  const cotangents = at.outputs.map((output) => filled(output, output.dtype, settings.random));
  checkTypesAndDeterminism(at, cotangents, settings, comparisons);
  if (settings.fastMode) checkDirections(at, settings, comparisons);
  else checkEveryElement(at, settings, comparisons);
  if (settings.checkAdjoint) checkAdjoint(at, cotangents, settings, comparisons);
  if (settings.checkBatched) checkBatched(at, settings, comparisons);
  if (settings.secondOrder) {
    const second = { ...settings, secondOrder: false, checkBatched: false, prefix: `${settings.prefix}second order ` };
    check(at.gradientFunction(), [...at.point, ...cotangents], second, comparisons);
  }
}

/** The gradients have the types of the arguments, and are the same when taken again. */
function checkTypesAndDeterminism(
  at: Differentiated,
  cotangents: readonly NdArray[],
  settings: Settings,
  comparisons: GradComparisons,
): void {
  const first = at.pullback()(cotangents);
  const again = at.pullback()(cotangents);
  at.variables.forEach((input, k) => {
    const [gradient, repeated, variable] = [first[k], again[k], at.inputs[input]] as [NdArray, NdArray, NdArray];
    const text = ({ dtype, shape }: NdArray): string => `${dtype}[${shape.join(', ')}]`;
    if (text(gradient) !== text(variable)) {
      const where = `(the gradient is ${text(gradient)}, the input ${text(variable)})`;
      comparisons.compare(`${settings.prefix}type`, { input, output: 0, where, numeric: 0, analytic: Number.NaN }, 0);
      return;
    }
    gradient.data.forEach((analytic, i) => {
      const numeric = repeated.data[i] as number;
      if (Object.is(numeric, analytic)) return;
      const where = `(two runs differ) ${indexText(i, gradient.shape)}`;
      const entry = { input, output: 0, where, numeric, analytic };
      comparisons.compare(`${settings.prefix}deterministic`, entry, settings.nondeterministicTolerance);
    });
  });
}

const zeros = (like: NdArray): NdArray => filled(like, like.dtype, () => 0);
const basis = (like: NdArray, position: number): NdArray => filled(like, like.dtype, (i) => (i === position ? 1 : 0));
const replaced = <T>(list: readonly T[], position: number, value: T): T[] =>
  list.map((item, i) => (i === position ? value : item));

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}

/** Every element of every result by every element of every argument. */
function checkEveryElement(at: Differentiated, settings: Settings, comparisons: GradComparisons): void {
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
      const forward = settings.checkForwardMode ? at.pushforward(direction) : undefined;
      slopes.forEach((slope, output) => {
        const shape = (at.outputs[output] as NdArray).shape;
        slope.forEach((numeric, k) => {
          const where = `(element ${indexText(k, shape)} of the output by element ${indexText(j, variable.shape)})`;
          const allowed = atol + rtol * Math.abs(numeric);
          const row = (rows[output] as NdArray[][])[k] as NdArray[];
          const reverse = (row[v] as NdArray).data[j] as number;
          comparisons.compare(`${prefix}reverse`, { input, output, where, numeric, analytic: reverse }, allowed);
          if (!forward) return;
          const analytic = (forward[output] as NdArray).data[k] as number;
          comparisons.compare(`${prefix}forward`, { input, output, where, numeric, analytic }, allowed);
        });
      });
    }
  });
}

/** One random direction in each argument, one random cotangent of each result. */
function checkDirections(at: Differentiated, settings: Settings, comparisons: GradComparisons): void {
  const { eps, atol, rtol, prefix, random } = settings;
  const pull = at.pullback();
  const noCotangents = at.outputs.map(zeros);
  const noTangents = at.point.map(zeros);
  const cotangents = at.outputs.map((output) => filled(output, output.dtype, random));
  const gradients = cotangents.map((cotangent, o) => pull(replaced(noCotangents, o, cotangent)));
  at.point.forEach((variable, v) => {
    if (variable.data.length === 0) return;
    const input = at.variables[v] as number;
    const tangent = filled(variable, variable.dtype, random);
    const direction = replaced(noTangents, v, tangent);
    const slopes = at.slope(direction, eps);
    const forward = settings.checkForwardMode ? at.pushforward(direction) : undefined;
    slopes.forEach((slope, output) => {
      if (slope.length === 0) return;
      const cotangent = (cotangents[output] as NdArray).data;
      const where = '(along random directions)';
      const numeric = dot(slope, cotangent);
      const allowed = atol + rtol * Math.abs(numeric);
      const reverse = dot(((gradients[output] as NdArray[])[v] as NdArray).data, tangent.data);
      comparisons.compare(`${prefix}reverse`, { input, output, where, numeric, analytic: reverse }, allowed);
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
  settings: Settings,
  comparisons: GradComparisons,
): void {
  const gradients = at.pullback()(cotangents);
  const noTangents = at.point.map(zeros);
  at.point.forEach((variable, v) => {
    if (variable.data.length === 0) return;
    const tangent = filled(variable, variable.dtype, settings.random);
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
function checkBatched(at: Differentiated, settings: Settings, comparisons: GradComparisons): void {
  const batch = Array.from({ length: batchSize }, () =>
    at.outputs.map((output) => filled(output, output.dtype, settings.random)),
  );
  const [, pull] = vjp(at.onVariables, ...at.point.map(put));
  const stacked = at.outputs.map((_, o) => put(stackArrays(batch.map((example) => example[o] as NdArray))));
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
