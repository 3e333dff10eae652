/**
 * The forward pass of connectionist temporal classification (Graves et al., 2006, section 4.1). The places of a path are the labels
 * with blanks before, between and behind them: 2 · labels + 1. A step stays at its place, goes to the next one, or leaves out the
 * blank between two different labels. Everything is a logarithm of a probability.
 */
import type { DType, Tensor } from '@deft/core';
import { add } from '../add.ts';
import { cast } from '../cast.ts';
import { concat } from '../concat.ts';
import { fill } from '../fill.ts';
import { gather } from '../gather.ts';
import { greater } from '../greater.ts';
import { logAddExp } from '../log-add-exp.ts';
import { mul } from '../mul.ts';
import { notEqual } from '../not-equal.ts';
import { pad } from '../pad.ts';
import { reshape } from '../reshape.ts';
import { slice } from '../slice.ts';
import { stack } from '../stack.ts';
import { sub } from '../sub.ts';
import { takeAlongAxis } from '../take-along-axis.ts';
import { transpose } from '../transpose.ts';
import { where } from '../where.ts';

const impossible = Number.NEGATIVE_INFINITY;

/** Columns moved to the right by some places; what comes in is impossible. */
function moved(x: Tensor, places: number): Tensor {
  const [rows, columns] = x.abstract.shape as readonly [number, number];
  const padded = pad(
    x,
    [
      [0, 0],
      [places, 0],
    ],
    { constantValue: impossible },
  );
  return slice(padded, [0, 0], [rows, columns]) as Tensor;
}

/**
 * For every place what its class scores at every step, `[batch, places, steps]`, and 0 for the places that can be reached from two
 * before, `[batch, places]`; −Infinity for the others.
 */
export function pathEmissions(
  scores: Tensor,
  target: Tensor,
  blank: number,
): { readonly emissions: Tensor; readonly skips: Tensor } {
  const [batch, labels] = target.abstract.shape as readonly [number, number];
  const none = fill([batch, labels], blank, target.dtype) as Tensor;
  const pairs = reshape(stack([none, target], 2), [batch, 2 * labels]);
  const classes = concat([pairs, fill([batch, 1], blank, target.dtype) as Tensor], 1) as Tensor;
  const emissions = gather(transpose(scores, [0, 2, 1]), classes, { axis: 1, batchDims: 1 }) as Tensor;
  const before = Math.max(0, labels - 1);
  const differ = notEqual(slice(target, [0, labels - before], [batch, before]), slice(target, [0, 0], [batch, before]));
  const own = where(differ, 0, impossible) as Tensor;
  const always = (count: number): Tensor => fill([batch, count], impossible, 'float32') as Tensor;
  // The first label has none before it, and no blank can be reached by leaving out a label.
  const reached = concat([always(labels - before), own], 1) as Tensor;
  const skips = concat([reshape(stack([always(labels), reached], 2), [batch, 2 * labels]), always(1)], 1) as Tensor;
  return { emissions, skips: cast(skips, scores.dtype) as Tensor };
}

/** Before the first step: at the first place, from which it can be reached or passed. */
export function startScores(batch: number, places: number, dtype: DType): Tensor {
  const first = fill([batch, 1], 0, dtype) as Tensor;
  return concat([first, fill([batch, places - 1], impossible, dtype) as Tensor], 1) as Tensor;
}

/** Scores of arriving at every place, before what its class adds. */
export function pathStep(scores: Tensor, skips: Tensor): Tensor {
  return logAddExp(logAddExp(scores, moved(scores, 1)), add(moved(scores, 2), skips)) as Tensor;
}

/** Scores of having read all labels: at the last one or at the blank behind it. */
export function finalScores(scores: Tensor, targetLength: Tensor): Tensor {
  const [batch] = scores.abstract.shape as readonly [number, number];
  const count = reshape(targetLength, [batch, 1]);
  const behind = mul(count, 2) as Tensor;
  const atBlank = takeAlongAxis(scores, behind, 1);
  const label = takeAlongAxis(scores, where(greater(count, 0), sub(behind, 1), 0) as Tensor, 1);
  const atLabel = where(greater(count, 0), label, impossible);
  return reshape(logAddExp(atBlank, atLabel), [batch]) as Tensor;
}
