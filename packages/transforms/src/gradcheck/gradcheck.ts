/**
 * `gradcheck` and `gradgradcheck`: is a derivative right? Public, because whoever writes a rule of his own needs them.
 */
import { flatten, type NdArray, ndFilled, randomNumbers, Tensor } from '@deft/core';
import { type CheckSettings, checkDerivatives } from './check-derivatives.ts';
import { Differentiated, type TensorFunction } from './differentiated.ts';
import { GradCheckError, GradComparisons, type GradReport } from './grad-report.ts';

/** Options of `gradcheck`; names and values are those of PyTorch's, in camelCase. */
export interface GradcheckOptions {
  /** Step of the differences; 1e-6 unless told. */
  readonly eps?: number;
  /** Absolute tolerance; 1e-5 unless told. */
  readonly atol?: number;
  /** Relative tolerance; 1e-3 unless told. */
  readonly rtol?: number;
  /** How far two gradients of the same point may be apart; 0 unless told. */
  readonly nondetTol?: number;
  /** Compares along a random direction of every argument and result instead of every element; false unless told. */
  readonly fastMode?: boolean;
  /** Also compares forward mode; true unless told. */
  readonly checkForwardAd?: boolean;
  /** Also checks that reverse mode is the adjoint of forward mode, to 1e-9 relative; true unless told. */
  readonly checkAdjoint?: boolean;
  /** Also checks that gradients have the shapes and dtypes of the arguments; true unless told. */
  readonly checkGradDtypes?: boolean;
  /** Also checks that cotangents of zeros, of results that nothing depends on, give zeros; true unless told. */
  readonly checkUndefinedGrad?: boolean;
  /** Also checks that pullbacks of a batch of cotangents are those of each; false unless told. */
  readonly checkBatchedGrad?: boolean;
  /** Also checks that tangents along a batch of directions are those of each; false unless told. */
  readonly checkBatchedForwardGrad?: boolean;
  /** Also checks the derivatives of the gradient, by arguments and cotangents; false unless told. */
  readonly secondOrder?: boolean;
  /** Seed of random directions and cotangents; 1 unless told. */
  readonly seed?: number;
  /** Whether to throw when a check fails; true unless told. */
  readonly raise?: boolean;
}

/** Options of `gradgradcheck`. */
export interface GradgradcheckOptions extends Omit<GradcheckOptions, 'secondOrder'> {
  /** Compares forward mode over reverse mode; true unless told. */
  readonly checkFwdOverRev?: boolean;
  /** Compares reverse mode over reverse mode; true unless told. */
  readonly checkRevOverRev?: boolean;
}

const isArray = (value: unknown): value is NdArray =>
  typeof value === 'object' && value !== null && 'data' in value && ArrayBuffer.isView(value.data);

/** A function of trees as one of tensors alone; leaves that are no tensors stay. */
function ofTensors(
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
): { readonly f: TensorFunction; readonly inputs: readonly (NdArray | Tensor)[] } {
  const flat = args.map((arg) => (isArray(arg) ? undefined : flatten(arg)));
  const inputs = flat.flatMap((one, i): (NdArray | Tensor)[] =>
    one ? one.leaves.filter((leaf): leaf is Tensor => leaf instanceof Tensor) : [args[i] as NdArray],
  );
  const run: TensorFunction = (...tensors) => {
    let next = 0;
    const given = flat.map((one) =>
      one
        ? one.structure.rebuild(one.leaves.map((leaf) => (leaf instanceof Tensor ? tensors[next++] : leaf)))
        : tensors[next++],
    );
    const result = (f as (...all: unknown[]) => unknown)(...given);
    return flatten(result).leaves.filter((leaf): leaf is Tensor => leaf instanceof Tensor);
  };
  return { f: run, inputs };
}

function settingsOf(options: GradcheckOptions): CheckSettings {
  return {
    eps: 1e-6,
    atol: 1e-5,
    rtol: 1e-3,
    nondetTol: 0,
    fastMode: false,
    checkForwardAd: true,
    checkAdjoint: true,
    checkGradDtypes: true,
    checkUndefinedGrad: true,
    checkBatchedGrad: false,
    checkBatchedForwardGrad: false,
    secondOrder: false,
    ...options,
    checkReverseAd: true,
    prefix: '',
    random: randomNumbers(options.seed ?? 1),
  };
}

function reportOf(comparisons: GradComparisons, options: GradcheckOptions): GradReport {
  const report = comparisons.report();
  if (!report.passed && options.raise !== false) throw new GradCheckError(report);
  return report;
}

/**
 * Compares the derivatives of `f` at the arguments (any trees) with central differences. Floating tensors are taken in float64
 * whatever their dtype, the rest is constant; of the result, any tree, the floating tensors are differentiated. The function runs
 * on the current backend and must be smooth around the point.
 *
 * An entry is wrong when |numeric − analytic| > atol + rtol·|numeric|. PyTorch's check of non-contiguous gradients has no
 * counterpart: tensors have no strides here.
 *
 * @throws `GradCheckError`, whose text names the check, the worst entry, the input, the numeric and the analytic value;
 *   `E_DTYPE` where a result is float32 although the inputs are float64 and `eps` is too small for it; `E_GRAD` where
 *   nothing can be differentiated.
 * @returns what was compared, also when `raise` is false and a check failed.
 * @example
 * ```ts
 * import { gradcheck, mul, sin, type Tensor, tensor } from '@deft/tensor';
 * const report = gradcheck((p: { x: Tensor }) => sin(mul(p.x, p.x)), [{ x: tensor([0.1, 1, 2]) }]);
 * console.log(report.passed); // true
 * ```
 */
export function gradcheck<A extends readonly unknown[]>(
  f: (...args: never[]) => unknown,
  args: A,
  options: GradcheckOptions = {},
): GradReport {
  const comparisons = new GradComparisons();
  const flat = ofTensors(f, args);
  checkDerivatives(flat.f, flat.inputs, settingsOf(options), comparisons);
  return reportOf(comparisons, options);
}

/**
 * Like `gradcheck`, for the gradient of `f`: its derivatives by the arguments and by random cotangents of the results.
 *
 * @throws what `gradcheck` throws.
 * @example
 * ```ts
 * import { gradgradcheck, mul, sin, type Tensor, tensor } from '@deft/tensor';
 * console.log(gradgradcheck((x: Tensor) => sin(mul(x, x)), [tensor([0.1, 1, 2])]).passed); // true
 * ```
 */
export function gradgradcheck<A extends readonly unknown[]>(
  f: (...args: never[]) => unknown,
  args: A,
  options: GradgradcheckOptions = {},
): GradReport {
  const { checkFwdOverRev = true, checkRevOverRev = true, ...rest } = options;
  const settings = {
    ...settingsOf(rest),
    checkForwardAd: checkFwdOverRev,
    checkReverseAd: checkRevOverRev,
    checkAdjoint: checkFwdOverRev && checkRevOverRev && options.checkAdjoint !== false,
  };
  const comparisons = new GradComparisons();
  const flat = ofTensors(f, args);
  const at = new Differentiated(flat.f, flat.inputs);
  const cotangents = at.outputs.map((output) => ndFilled(output.shape, output.dtype, settings.random));
  checkDerivatives(at.gradientFunction(), [...at.point, ...cotangents], settings, comparisons);
  return reportOf(comparisons, options);
}
