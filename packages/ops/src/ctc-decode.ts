/** `ctcDecode`: the labels that scores for every step read as. */
import { dtypes, raise, type Tensor } from '@deft/core';
import { arange } from './arange.ts';
import { argMax } from './arg-max.ts';
import { argSort } from './arg-sort.ts';
import { cast } from './cast.ts';
import { concat } from './concat.ts';
import { constantTensor, type TensorLike } from './definition/convert.ts';
import { likeliestReadings } from './definition/ctc-beams.ts';
import { asIndices } from './definition/gathering.ts';
import { checkWhole, operand } from './definition/operand.ts';
import { floating, requireRank } from './definition/rules.ts';
import { equal } from './equal.ts';
import { expandDims } from './expand-dims.ts';
import { less } from './less.ts';
import { logicalAnd } from './logical-and.ts';
import { max } from './max.ts';
import { neg } from './neg.ts';
import { notEqual } from './not-equal.ts';
import { slice } from './slice.ts';
import { sum } from './sum.ts';
import { takeAlongAxis } from './take-along-axis.ts';
import { where } from './where.ts';
import { zeros } from './zeros.ts';

/** Options of `ctcDecode`. */
export interface CtcDecodeOptions {
  /** `'greedy'` (unless told) takes the best class of every step, `'beamSearch'` sums over the paths that read alike. */
  readonly strategy?: 'greedy' | 'beamSearch';
  /** How many readings a beam search keeps at every step; 100 unless told. */
  readonly beamWidth?: number;
  /** How many readings a beam search gives; 1 unless told. */
  readonly topPaths?: number;
  /** Whether a greedy reading merges repeats that no blank stands between; true unless told. */
  readonly mergeRepeated?: boolean;
  /** The class that stands for a blank; 0 unless told. */
  readonly maskIndex?: number;
}

/**
 * The labels that logits `[batch, steps, classes]` read as, once repeats are merged and blanks dropped: `decoded`
 * `[paths, batch, steps]`, filled up with −1, and `scores` `[batch, paths]`. `sequenceLengths` (`[batch]`) says how many steps count.
 *
 * Greedy: one path; the score is minus the sum of the best logits. Beam search: the likeliest readings, best first, with the logarithms
 * of their probabilities (−Infinity where there are fewer); its course depends on the elements, so it cannot be captured.
 *
 * @throws `E_RANK`, `E_SHAPE` unless there is a length for every example, `E_DTYPE`, `E_ATTRIBUTE` for bad options,
 * `E_CAPTURE_READ` for a beam search in a capture.
 * @example
 * ```ts
 * import { ctcDecode } from '@deft/tensor';
 * const logits = [[[0, 9, 0], [0, 9, 0], [9, 0, 0], [0, 9, 0], [0, 0, 9]]];
 * console.log(ctcDecode(logits, [5])[0].toArray()); // [[[1, 1, 2, -1, -1]]]
 * ```
 */
export function ctcDecode(
  inputs: TensorLike,
  sequenceLengths: TensorLike,
  options: CtcDecodeOptions = {},
): readonly [decoded: Tensor<[number, number, number], 'int32'>, scores: Tensor<[number, number]>] {
  const { strategy = 'greedy', beamWidth = 100, topPaths = 1, mergeRepeated = true, maskIndex = 0 } = options;
  const [logits, lengths] = [operand('ctcDecode', 'inputs', inputs), asIndices('ctcDecode', sequenceLengths)];
  checkOperands(logits, lengths, maskIndex);
  checkWhole('ctcDecode', 'beamWidth', beamWidth, 1);
  checkWhole('ctcDecode', 'topPaths', topPaths, 1);
  if (strategy === 'greedy' && topPaths === 1) return greedy(logits, lengths, maskIndex, mergeRepeated);
  if (strategy !== 'beamSearch' || topPaths > beamWidth) {
    raise('E_ATTRIBUTE', {
      op: 'ctcDecode',
      ...(strategy === 'greedy' || strategy === 'beamSearch'
        ? {
            argument: 'topPaths',
            expected: strategy === 'greedy' ? '1' : `at most beamWidth, ${beamWidth}`,
            found: `${topPaths}`,
          }
        : { argument: 'strategy', expected: "'greedy' or 'beamSearch'", found: String(strategy) }),
    });
  }
  return beamSearch(logits, lengths, { blank: maskIndex, width: beamWidth, count: topPaths });
}

function checkOperands(logits: Tensor, lengths: Tensor, maskIndex: number): void {
  const operands = [logits.abstract, lengths.abstract];
  floating('ctcDecode', logits.abstract);
  requireRank('ctcDecode', 'inputs', logits.abstract, 3);
  requireRank('ctcDecode', 'sequenceLengths', lengths.abstract, 1);
  const { kind } = dtypes[lengths.dtype];
  if (kind !== 'int' && kind !== 'uint') {
    raise('E_DTYPE', {
      op: 'ctcDecode',
      argument: 'sequenceLengths',
      expected: 'integers',
      found: lengths.dtype,
      operands,
    });
  }
  const [batch, , classes] = logits.abstract.shape as readonly [number, number, number];
  if (lengths.size !== batch)
    raise('E_SHAPE', { op: 'ctcDecode', says: 'there is not one length for every example', operands });
  checkWhole('ctcDecode', 'maskIndex', maskIndex, 0);
  if (maskIndex < classes) return;
  raise('E_ATTRIBUTE', {
    op: 'ctcDecode',
    argument: 'maskIndex',
    expected: `one of ${classes} classes`,
    found: `${maskIndex}`,
  });
}

type Decoded = ReturnType<typeof ctcDecode>;

function greedy(logits: Tensor, lengths: Tensor, blank: number, mergeRepeated: boolean): Decoded {
  const [batch, steps] = logits.abstract.shape as readonly [number, number, number];
  const places = arange(0, steps, 1, 'int32') as Tensor;
  const counts = less(places, expandDims(cast(lengths, 'int32'), -1));
  const best = where(counts, argMax(logits, { axis: 2 }), blank) as Tensor;
  const isBlank = equal(best, blank);
  const before = concat(
    [zeros([batch, 1], 'int32') as Tensor, slice(best, [0, 0], [batch, Math.max(0, steps - 1)])],
    1,
  );
  // The first step repeats nothing.
  const repeats = logicalAnd(equal(slice(before, [0, 0], [batch, steps]), best), notEqual(places, 0));
  const dropped = mergeRepeated ? where(repeats, true, isBlank) : isBlank;
  const order = argSort(where(dropped, steps, places));
  const labels = takeAlongAxis(where(dropped, -1, best) as Tensor, order as Tensor, 1);
  const scores = neg(sum(where(counts, max(logits, { axis: 2 }), 0), { axis: 1, keepDims: true }));
  return [expandDims(labels, 0), scores] as unknown as Decoded;
}

function beamSearch(
  logits: Tensor,
  lengths: Tensor,
  options: { readonly blank: number; readonly width: number; readonly count: number },
): Decoded {
  const [batch, steps, classes] = logits.abstract.shape as readonly [number, number, number];
  const { count } = options;
  const rows = Array.from(logits.dataSync(), Number);
  const ends = Array.from(lengths.dataSync(), Number);
  const labels = new Int32Array(count * batch * steps).fill(-1);
  const scores = new Float64Array(batch * count).fill(Number.NEGATIVE_INFINITY);
  for (let example = 0; example < batch; example++) {
    const own = Array.from({ length: Math.min(steps, Math.max(0, ends[example] as number)) }, (_, step) => {
      const start = (example * steps + step) * classes;
      return rows.slice(start, start + classes);
    });
    likeliestReadings(own, options).forEach((reading, path) => {
      labels.set(reading.labels, (path * batch + example) * steps);
      scores[example * count + path] = reading.score;
    });
  }
  const given = constantTensor({ shape: [batch, count], dtype: 'float64', data: scores });
  return [
    constantTensor({ shape: [count, batch, steps], dtype: 'int32', data: labels }),
    cast(given, logits.dtype),
  ] as unknown as Decoded;
}
