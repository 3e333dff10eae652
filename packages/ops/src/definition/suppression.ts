/**
 * Greedy choice of boxes on the host: the best is taken, those that overlap it are dropped or lose score, and so on. How
 * often a box is looked at depends on the elements, so this cannot be captured.
 */
import { raise, type Tensor } from '@deft/core';
import type { TensorLike } from './convert.ts';
import { checkWhole, operand } from './operand.ts';
import { finiteNumber } from './options.ts';

/** Options of the ops that choose boxes. */
export interface SuppressionOptions {
  /** Boxes that overlap a chosen one by this share of their common area or more are dropped; 0.5 unless told. */
  readonly iouThreshold?: number;
  /** Only boxes with a higher score are chosen; all unless told. */
  readonly scoreThreshold?: number;
}

/** A chosen box and the score it was chosen with. */
export interface Chosen {
  readonly index: number;
  readonly score: number;
}

/** The share of the common area of two boxes `[y1, x1, y2, x2]` in which they overlap; corners may be exchanged. */
function overlap(boxes: ArrayLike<number>, a: number, b: number): number {
  const side = (box: number, axis: 0 | 1): [number, number] => {
    const [from, to] = [boxes[4 * box + axis] as number, boxes[4 * box + axis + 2] as number];
    return [Math.min(from, to), Math.max(from, to)];
  };
  const area = (box: number): number =>
    ([0, 1] as const).reduce<number>((all, axis) => all * (side(box, axis)[1] - side(box, axis)[0]), 1);
  if (area(a) <= 0 || area(b) <= 0) return 0;
  const common = ([0, 1] as const).reduce<number>((all, axis) => {
    const [[low, high], [lower, higher]] = [side(a, axis), side(b, axis)];
    return all * Math.max(0, Math.min(high, higher) - Math.max(low, lower));
  }, 1);
  return common / (area(a) + area(b) - common);
}

/** The boxes chosen, best first. Throws the errors that boxes, scores and options can give. */
export function chooseBoxes(
  op: string,
  boxes: TensorLike,
  scores: TensorLike,
  most: number,
  { iouThreshold = 0.5, scoreThreshold = Number.NEGATIVE_INFINITY }: SuppressionOptions,
  sigma = 0,
): Chosen[] {
  const [corners, values] = [operand(op, 'boxes', boxes), operand(op, 'scores', scores)] as [Tensor, Tensor];
  const operands = [corners.abstract, values.abstract];
  const count = corners.abstract.shape[0] as number;
  if (corners.rank !== 2 || corners.abstract.shape[1] !== 4 || values.rank !== 1 || values.size !== count) {
    raise('E_SHAPE', { op, says: 'there must be rows of four numbers and one score for each', operands });
  }
  checkWhole(op, 'maxOutputSize', most, 0);
  finiteNumber(op, 'iouThreshold', iouThreshold, 0, 1);
  finiteNumber(op, 'softNmsSigma', sigma, 0);
  const data = corners.dataSync() as unknown as Float32Array;
  const given = Array.from(values.dataSync() as unknown as Float32Array);
  const waiting = given
    .map((score, index) => ({ index, score, seen: 0 }))
    .filter(({ score }) => score > scoreThreshold);
  const chosen: Chosen[] = [];
  while (chosen.length < most && waiting.length > 0) {
    // The best of those waiting; of equal ones the first.
    let best = 0;
    waiting.forEach((one, i) => {
      const leader = waiting[best] as (typeof waiting)[number];
      if (one.score > leader.score || (one.score === leader.score && one.index < leader.index)) best = i;
    });
    const [box] = waiting.splice(best, 1) as [(typeof waiting)[number]];
    let { score } = box;
    for (let i = chosen.length - 1; i >= box.seen && score > scoreThreshold; i--) {
      const share = overlap(data, box.index, (chosen[i] as Chosen).index);
      if (share >= iouThreshold) score = Number.NEGATIVE_INFINITY;
      else if (sigma > 0) score *= Math.exp((-0.5 / sigma) * share * share);
    }
    if (score === box.score) chosen.push({ index: box.index, score });
    else if (score > scoreThreshold) waiting.push({ index: box.index, score, seen: chosen.length });
  }
  return chosen;
}
