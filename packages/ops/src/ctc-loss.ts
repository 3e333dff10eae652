/** `ctcLoss`: how unlikely a sequence of labels is, given scores for every step of a longer sequence. */
import { dtypes, nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { arange } from './arange.ts';
import type { TensorLike } from './definition/convert.ts';
import { finalScores, pathEmissions, pathStep, startScores } from './definition/ctc-paths.ts';
import { defineComposite } from './definition/define.ts';
import { asIndices } from './definition/gathering.ts';
import { checkWhole } from './definition/operand.ts';
import { floating, requireRank } from './definition/rules.ts';
import { runScan } from './definition/run-scan.ts';
import { less } from './less.ts';
import { logSoftmax } from './log-softmax.ts';
import { neg } from './neg.ts';
import { reshape } from './reshape.ts';
import { transpose } from './transpose.ts';
import { where } from './where.ts';

type CtcLoss = (
  target: TensorLike,
  output: TensorLike,
  targetLength: TensorLike,
  outputLength: TensorLike,
  maskIndex?: number,
) => Tensor<[number]>;

/**
 * The connectionist temporal classification loss (Graves et al., 2006) of every example: −ln of the probability that the classes
 * drawn at every step, with repeats merged and blanks dropped, are the labels. `target` is `[batch, labels]` of classes, `output`
 * `[batch, steps, classes]` of logits; `targetLength` and `outputLength` (`[batch]`) say how many labels and steps count. `maskIndex`
 * (0 unless told) is the class that stands for a blank.
 *
 * Infinity, with a gradient of 0, where there are too few steps for the labels.
 *
 * @throws `E_RANK`, `E_SHAPE` where shapes do not fit, `E_DTYPE` unless the logits are floating and the rest integers,
 * `E_ATTRIBUTE` unless `maskIndex` is a class.
 * @example
 * ```ts
 * import { ctcLoss, tensor, zeros } from '@deft/tensor';
 * const loss = ctcLoss(tensor([[1]], { dtype: 'int32' }), zeros([1, 2, 2]), [1], [2]);
 * console.log(loss.toArray()); // [0.2876…]
 * ```
 */
export const ctcLoss: OperationFunction<CtcLoss> = defineComposite({
  name: 'ctcLoss',
  inputs: ['target', 'output', 'targetLength', 'outputLength'],
  doc: {
    group: 'loss',
    summary: 'How unlikely a sequence of labels is, given logits for every step of a longer sequence.',
    math: 'ctcLoss = −ln Σ Π softmax(output[t])[path[t]] over all paths that read as the labels',
    notes: [
      'A path reads as labels once repeats are merged and blanks dropped.',
      'Infinity, with a gradient of 0, where there are too few steps for the labels.',
      'One step after the other: a program has one loop, however many steps there are.',
    ],
    see: ['ctcDecode', 'sparseSoftmaxCrossEntropy'],
  },
  arguments: (
    target: TensorLike,
    output: TensorLike,
    targetLength: TensorLike,
    outputLength: TensorLike,
    maskIndex = 0,
  ) => {
    checkWhole('ctcLoss', 'maskIndex', maskIndex, 0);
    const [labels, labelCounts, stepCounts] = [target, targetLength, outputLength].map((x) => asIndices('ctcLoss', x));
    return {
      inputs: [labels as Tensor, output, labelCounts as Tensor, stepCounts as Tensor],
      attributes: { blank: maskIndex },
    };
  },
  compose: ([target, output, targetLength, outputLength], { blank }): Tensor => {
    checkOperands(target, output, targetLength, outputLength, blank);
    const [batch, steps] = output.abstract.shape as readonly [number, number, number];
    const { emissions, skips } = pathEmissions(logSoftmax(output) as Tensor, target, blank);
    const places = emissions.abstract.shape[1] as number;
    const counts = reshape(outputLength, [batch, 1]);
    const [scores] = runScan(
      'ctcLoss',
      (before: Tensor, step) => {
        const { emitted, t } = step as { readonly emitted: Tensor; readonly t: Tensor };
        const after = add(pathStep(before, skips), emitted);
        return [where(less(t, counts), after, before) as Tensor, []];
      },
      startScores(batch, places, output.dtype),
      { emitted: transpose(emissions, [2, 0, 1]), t: arange(0, steps, 1, 'int32') },
    );
    return neg(finalScores(scores, targetLength)) as Tensor;
  },
  samples: [
    {
      label: 'two examples',
      inputs: [
        nd([2, 2], [1, 2, 2, 0], 'int32'),
        nd([2, 3, 3], [0.5, -1, 2, 1, 0.25, -0.5, 0, 1, -2, 0.1, 0.2, 0.3, 1, -1, 0, 2, 0.5, -0.5]),
        nd([2], [2, 1], 'int32'),
        nd([2], [3, 2], 'int32'),
      ],
      grad: 'check',
    },
    {
      label: 'a repeated label',
      inputs: [
        nd([1, 2], [1, 1], 'int32'),
        nd([1, 4, 2], [0.5, -1, 2, 1, 0.25, -0.5, 0, 1]),
        nd([1], [2], 'int32'),
        nd([1], [4], 'int32'),
      ],
      grad: 'check',
    },
    {
      label: 'the last class is the blank',
      inputs: [
        nd([1, 2], [0, 1], 'int32'),
        nd([1, 3, 3], [0.5, -1, 2, 1, 0.25, -0.5, 0, 1, -2]),
        nd([1], [2], 'int32'),
        nd([1], [3], 'int32'),
      ],
      rest: [2],
      grad: 'check',
    },
    {
      label: 'no labels',
      inputs: [nd([1, 0], [], 'int32'), nd([1, 2, 2], [0.5, -1, 2, 1]), nd([1], [0], 'int32'), nd([1], [2], 'int32')],
      grad: 'check',
    },
    {
      label: 'one step, one label',
      inputs: [nd([1, 1], [1], 'int32'), nd([1, 1, 2], [0.5, -1]), nd([1], [1], 'int32'), nd([1], [1], 'int32')],
      grad: 'check',
    },
    {
      label: 'too few steps',
      inputs: [
        nd([1, 2], [1, 1], 'int32'),
        nd([1, 2, 2], [0.5, -1, 2, 1]),
        nd([1], [2], 'int32'),
        nd([1], [2], 'int32'),
      ],
      grad: [[], [0, 0, 0, 0]],
    },
    {
      label: 'no steps',
      inputs: [nd([2, 1], [1, 1], 'int32'), nd([2, 0, 2], []), nd([2], [1, 0], 'int32'), nd([2], [0, 0], 'int32')],
    },
    {
      label: 'no examples',
      inputs: [nd([0, 1], [], 'int32'), nd([0, 2, 2], []), nd([0], [], 'int32'), nd([0], [], 'int32')],
    },
    {
      label: 'nan and infinities',
      inputs: [
        nd([2, 1], [1, 1], 'int32'),
        nd([2, 1, 2], [NaN, 1, -Infinity, 1]),
        nd([2], [1, 1], 'int32'),
        nd([2], [1, 1], 'int32'),
      ],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'one example only',
      inputs: [
        { shape: [2], dtype: 'int32' },
        { shape: [3, 2] },
        { shape: [], dtype: 'int32' },
        { shape: [], dtype: 'int32' },
      ],
      code: 'E_RANK',
      says: /ctcLoss: target: expected rank 2, got rank 1/,
    },
    {
      label: 'examples differ',
      inputs: [
        { shape: [2, 2], dtype: 'int32' },
        { shape: [2, 3, 2] },
        { shape: [2], dtype: 'int32' },
        { shape: [3], dtype: 'int32' },
      ],
      code: 'E_SHAPE',
      says: /ctcLoss: the operands have 2, 2, 2 and 3 examples/,
    },
    {
      label: 'broken labels',
      inputs: [{ shape: [2, 2] }, { shape: [2, 3, 2] }, { shape: [2], dtype: 'int32' }, { shape: [2], dtype: 'int32' }],
      code: 'E_DTYPE',
      says: /ctcLoss: target: expected integers, got float32/,
    },
    {
      label: 'whole logits',
      inputs: [
        { shape: [2, 2], dtype: 'int32' },
        { shape: [2, 3, 2], dtype: 'int32' },
        { shape: [2], dtype: 'int32' },
        { shape: [2], dtype: 'int32' },
      ],
      code: 'E_DTYPE',
      says: /ctcLoss: expected floating input, got int32/,
    },
    {
      label: 'a blank that is no class',
      inputs: [
        { shape: [2, 2], dtype: 'int32' },
        { shape: [2, 3, 2] },
        { shape: [2], dtype: 'int32' },
        { shape: [2], dtype: 'int32' },
      ],
      rest: [2],
      code: 'E_ATTRIBUTE',
      says: /ctcLoss: maskIndex: expected one of 2 classes, got 2/,
    },
  ],
});

function checkOperands(
  target: Tensor,
  output: Tensor,
  targetLength: Tensor,
  outputLength: Tensor,
  blank: number,
): void {
  floating('ctcLoss', output.abstract);
  const ranks = { target: 2, output: 3, targetLength: 1, outputLength: 1 };
  const given = { target, output, targetLength, outputLength };
  const operands = Object.values(given).map(({ abstract }) => abstract);
  for (const [name, rank] of Object.entries(ranks)) {
    const { abstract } = given[name as keyof typeof given];
    requireRank('ctcLoss', name, abstract, rank);
    const { kind } = dtypes[abstract.dtype];
    if (name === 'output' || kind === 'int' || kind === 'uint') continue;
    raise('E_DTYPE', { op: 'ctcLoss', argument: name, expected: 'integers', found: abstract.dtype, operands });
  }
  const sizes = operands.map(({ shape }) => shape[0] as number);
  if (new Set(sizes).size > 1) {
    const text = `${sizes.slice(0, 3).join(', ')} and ${sizes[3]}`;
    raise('E_SHAPE', { op: 'ctcLoss', says: `the operands have ${text} examples`, operands });
  }
  const classes = output.abstract.shape[2] as number;
  if (blank < classes) return;
  raise('E_ATTRIBUTE', {
    op: 'ctcLoss',
    argument: 'maskIndex',
    expected: `one of ${classes} classes`,
    found: String(blank),
    operands,
  });
}
