/** `einsumDense`: a densely connected layer over the axes that an equation tells. */
import { shapeText, type Tensor } from '@deft/core';
import { add, einsum } from '@deft/tensor';
import { type ActivationName, activate, checkActivation } from './activations.ts';
import { defineLayer, type WeightDeclaration } from './define-layer.ts';
import type { ExampleShape, Layer, LayerOptions } from './layer.ts';
import type { Fail } from './layer-errors.ts';
import { reject, wholeNumber } from './options.ts';
import { checkWeightOptions, type WeightOptions } from './weight-options.ts';

/** Options of `einsumDense`. The kernel begins as `glorotUniform`, the bias as `zeros`, unless told. */
export interface EinsumDenseOptions extends LayerOptions, WeightOptions<'kernel' | 'bias'> {
  readonly activation?: ActivationName;
  /** Letters of the output's axes along which the bias differs; no bias unless told. */
  readonly biasAxes?: string | null;
}

/** An equation with a letter for every axis, and what it says of an input. */
interface Plan {
  readonly equation: string;
  /** Of a batch, its first dim being unknown (−1). */
  readonly output: readonly number[];
  readonly kernel: readonly number[];
  readonly bias: readonly number[] | undefined;
}

const form = /^([a-zA-Z]*(?:\.\.\.)?[a-zA-Z]*),([a-zA-Z]+)->([a-zA-Z]*(?:\.\.\.)?[a-zA-Z]*)$/;
const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];

function plan(
  equation: string,
  given: readonly (number | null)[],
  biasAxes: string | null,
  inputShape: ExampleShape,
  fail: Fail,
): Plan {
  const [, x, kernel, y] = form.exec(equation) as unknown as [string, string, string, string];
  const rank = inputShape.length + 1;
  const elided = rank - x.replace('...', '').length;
  if (x.includes('...') ? elided < 0 : elided !== 0) {
    fail({ expected: `examples with the axes of ${x} but the first`, found: shapeText(inputShape) });
  }
  const more = letters
    .filter((letter) => !equation.includes(letter))
    .slice(0, x.includes('...') ? elided : 0)
    .join('');
  const [xLabels, yLabels] = [x.replace('...', more), y.replace('...', more)];
  if (xLabels[0] !== yLabels[0] || xLabels.length === 0) {
    fail({ expected: `${equation} to keep the axis of the batch in front`, found: `${xLabels} and ${yLabels}` });
  }
  const dims = new Map<string, number>(
    [...xLabels].map((label, axis) => [label, axis === 0 ? -1 : (inputShape[axis - 1] as number)]),
  );
  const told = [...yLabels].filter((label, axis) => axis > 0 && !more.includes(label));
  if (told.length !== given.length) {
    fail({ expected: `an outputShape of ${told.length} dims for ${equation}`, found: `${given.length} dims` });
  }
  told.forEach((label, i) => {
    const [known, dim] = [dims.get(label), given[i] ?? null];
    if (dim === null ? known === undefined : known !== undefined && known !== dim) {
      fail({ expected: `${label} of ${equation} to be ${dim ?? 'told'}`, found: shapeText(inputShape) });
    }
    if (dim !== null) dims.set(label, dim);
  });
  const dimOf = (label: string): number =>
    dims.get(label) ?? fail({ expected: `${label} of ${equation} in input or output`, found: 'neither' });
  const from = biasAxes === null ? -1 : [...yLabels].findIndex((label) => biasAxes.includes(label));
  const bias = [...yLabels].slice(from).map((label) => (biasAxes?.includes(label) ? dimOf(label) : 1));
  return {
    equation: `${xLabels},${kernel}->${yLabels}`,
    output: [...yLabels].map(dimOf),
    kernel: [...kernel].map(dimOf),
    bias: from < 0 ? undefined : bias,
  };
}

/**
 * The product of a batch and a kernel by an `einsum` equation, a bias and an activation. The first letter on both sides is the
 * batch; an ellipsis stands for axes that stay.
 *
 * @param outputShape dims of an example's output for the letters of the equation, without those of an ellipsis; `null` where
 * the input tells the dim
 *
 * Weights `kernel`, with the dims of its letters, and with `biasAxes` `bias`, with the dims of those letters and 1 for the
 * letters between and behind them.
 *
 * @throws `E_LAYER` for bad options, and where an input and the equation do not fit
 * @example
 * ```ts
 * import { einsumDense } from '@deft/nn';
 * const layer = einsumDense('abc,cde->abde', [null, 4, 8], { biasAxes: 'de' });
 * console.log(layer.outputShape([10, 32])); // [10, 4, 8]
 * console.log(layer.weights([10, 32]).map(({ shape }) => shape)); // [[32, 4, 8], [4, 8]]
 * ```
 */
export function einsumDense(
  equation: string,
  outputShape: number | readonly (number | null)[],
  options: EinsumDenseOptions = {},
): Layer {
  if (typeof equation !== 'string' || equation.length > 80 || !form.test(equation)) {
    reject('einsumDense', 'equation', 'an equation such as ab,bc->ac', equation);
  }
  const dims: unknown = typeof outputShape === 'number' ? [outputShape] : outputShape;
  if (!Array.isArray(dims)) return reject('einsumDense', 'outputShape', 'a whole number or an array', outputShape);
  const given = dims.map((dim: unknown) => (dim === null ? null : wholeNumber('einsumDense', 'outputShape', dim)));
  const { biasAxes = null } = options;
  const output = equation.slice(equation.indexOf('>') + 1);
  if (
    biasAxes !== null &&
    (typeof biasAxes !== 'string' ||
      biasAxes === '' ||
      ![...biasAxes].every((letter) => letter !== '.' && output.indexOf(letter) > 0))
  ) {
    reject('einsumDense', 'biasAxes', `letters of ${output} but the first`, biasAxes);
  }
  const activation = checkActivation('einsumDense', options.activation ?? 'linear');
  const own = checkWeightOptions('einsumDense', options, { kernel: 'glorotUniform', bias: 'zeros' });
  const planFor = (inputShape: ExampleShape, fail: Fail): Plan => plan(equation, given, biasAxes, inputShape, fail);
  return defineLayer({
    kind: 'einsumDense',
    options,
    mask: 'keeps',
    config: { equation, outputShape: given, biasAxes, activation, ...own.config },
    outputShape: (inputShape, fail) => planFor(inputShape, fail).output.slice(1),
    weights: (inputShape, fail): WeightDeclaration[] => {
      const { kernel, bias } = planFor(inputShape, fail);
      return [own.declare('kernel', kernel), ...(bias === undefined ? [] : [own.declare('bias', bias)])];
    },
    apply: ({ kernel, bias }, x, _, fail) => {
      const product = einsum(planFor(x.shape.slice(1), fail).equation, x, kernel as Tensor) as Tensor;
      return activate(activation, bias === undefined ? product : add(product, bias));
    },
  });
}
