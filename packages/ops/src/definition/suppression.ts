/**
 * Greedy choice of boxes on the host: the best is taken, those that overlap it are dropped or lose score, and so on. How
 * often a box is looked at depends on the elements, so this cannot be captured.
 */
import { raise, type Tensor } from '@deft/core';
import { constantTensor, type TensorLike } from './convert.ts';
import { checkWhole, operand } from './operand.ts';
import { finiteNumber } from './options.ts';

/** Options of the ops that choose boxes. */
export interface SuppressionOptions {
  /** Boxes that overlap a chosen one by this share of their common area or more are dropped; 0.5 unless told. */
  readonly iouThreshold?: number;
  /** Only boxes with a higher score are chosen; all unless told. */
  readonly scoreThreshold?: number;
}

/** Elements of a tensor on the host. */
type Numbers = ArrayLike<number>;

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

/** The operands as tensors. Throws the errors that boxes, scores and options can give. */
export function checkBoxes(
  op: string,
  boxes: TensorLike,
  scores: TensorLike,
  most: number,
  { iouThreshold = 0.5 }: SuppressionOptions,
): readonly [corners: Tensor, values: Tensor] {
  const [corners, values] = [operand(op, 'boxes', boxes), operand(op, 'scores', scores)] as [Tensor, Tensor];
  const operands = [corners.abstract, values.abstract];
  const count = corners.abstract.shape[0] as number;
  if (corners.rank !== 2 || corners.abstract.shape[1] !== 4 || values.rank !== 1 || values.size !== count) {
    raise('E_SHAPE', { op, says: 'there must be rows of four numbers and one score for each', operands });
  }
  checkWhole(op, 'maxOutputSize', most, 0);
  finiteNumber(op, 'iouThreshold', iouThreshold, 0, 1);
  return [corners, values];
}

/** The boxes chosen, best first. Throws the errors that boxes, scores and options can give. */
export function chooseBoxes(
  op: string,
  boxes: TensorLike,
  scores: TensorLike,
  most: number,
  options: SuppressionOptions,
  sigma = 0,
): Chosen[] {
  const [corners, values] = checkBoxes(op, boxes, scores, most, options);
  finiteNumber(op, 'softNmsSigma', sigma, 0);
  return bestOf(
    corners.dataSync() as unknown as Numbers,
    values.dataSync() as unknown as Numbers,
    most,
    options,
    sigma,
  );
}

/** The choice itself, on host numbers: four of each box, one score each. */
export function bestOf(
  data: Numbers,
  scores: Numbers,
  most: number,
  { iouThreshold = 0.5, scoreThreshold = Number.NEGATIVE_INFINITY }: SuppressionOptions,
  sigma = 0,
): Chosen[] {
  const waiting = Array.from(scores)
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

/** What the ops give that say how many boxes are chosen. */
export interface PaddedBoxes {
  /** Positions of the chosen boxes, best first, and zeros behind them. */
  readonly selectedIndices: Tensor<[number], 'int32'>;
  /** How many of them are chosen boxes, as a scalar. */
  readonly validOutputs: Tensor<[], 'int32'>;
}

/** The positions of chosen boxes, filled up to `length` with zeros, and their number. */
export function paddedBoxes(chosen: readonly Chosen[], length: number): PaddedBoxes {
  const data = new Int32Array(length);
  data.set(chosen.map(({ index }) => index));
  return {
    selectedIndices: constantTensor({ shape: [length], dtype: 'int32', data }) as Tensor<[number], 'int32'>,
    validOutputs: constantTensor({ shape: [], dtype: 'int32', data: Int32Array.of(chosen.length) }) as Tensor<
      [],
      'int32'
    >,
  };
}
