/** What ops on images share: one image is `[height, width, channels]`, a batch has one axis more in front. */
import { raise, type Tensor } from '@deft/core';
import { reshape } from '../reshape.ts';
import { checkWhole } from './operand.ts';

/** The axis of the rows; the columns are the next one. Throws `E_RANK` unless these are images. */
export function rowsOfImages(op: string, images: Tensor): number {
  const { rank } = images;
  if (rank !== 3 && rank !== 4) {
    raise('E_RANK', {
      op,
      argument: 'images',
      expected: 'rank 3 or 4',
      found: `rank ${rank}`,
      operands: [images.abstract],
    });
  }
  return rank - 3;
}

/** The images as a batch: one image becomes a batch of one. Throws `E_RANK` unless these are images. */
export function asBatch(op: string, images: Tensor): Tensor {
  return rowsOfImages(op, images) === 1 ? images : (reshape(images, [1, ...images.abstract.shape]) as Tensor);
}

/** What was computed of a batch, without the batch's axis where one image was given. */
export function likeGiven(result: Tensor, images: Tensor): Tensor {
  return images.rank === 4 ? result : (reshape(result, result.abstract.shape.slice(1)) as Tensor);
}

/** Throws `E_SHAPE` unless the last axis has three channels. */
export function requireColors(op: string, images: Tensor): void {
  if (images.abstract.shape.at(-1) === 3) return;
  raise('E_SHAPE', { op, says: 'the last axis must have three channels', operands: [images.abstract] });
}

/** The value, if it is one of the names. Throws `E_ATTRIBUTE` otherwise. */
export function oneOf<const N extends string>(op: string, argument: string, names: readonly N[], value: unknown): N {
  const name = names.find((one) => one === value);
  const list = names.map((one) => `'${one}'`);
  const expected = `${list.slice(0, -1).join(', ')} or ${list.at(-1)}`;
  return name ?? raise('E_ATTRIBUTE', { op, argument, expected, found: String(value) });
}

/** Margins around images, or their height and width. */
export interface FrameOptions {
  /** Rows above. */
  readonly top?: number;
  /** Rows below. */
  readonly bottom?: number;
  /** Columns to the left. */
  readonly left?: number;
  /** Columns to the right. */
  readonly right?: number;
  /** Rows of the result. */
  readonly height?: number;
  /** Columns of the result. */
  readonly width?: number;
}

/**
 * The margins of rows (0) or columns (1), where `bothOf` gives what both margins have together for a size of the result.
 * Throws `E_ATTRIBUTE` where numbers are not whole or one too many.
 */
export function frameOf(
  op: string,
  options: FrameOptions,
  which: 0 | 1,
  bothOf: (size: number) => number,
): [before: number, after: number] {
  const names = which === 0 ? (['top', 'bottom', 'height'] as const) : (['left', 'right', 'width'] as const);
  const [before, after, size] = names.map((name) => {
    if (options[name] !== undefined) checkWhole(op, name, options[name], 0);
    return options[name];
  });
  if (size === undefined) return [before ?? 0, after ?? 0];
  const both = bothOf(size);
  if (before !== undefined && after !== undefined) {
    const [first, second, third] = names;
    const expected = `at most two of ${first}, ${second} and ${third}`;
    raise('E_ATTRIBUTE', { op, argument: third, expected, found: 'three' });
  }
  if (after !== undefined) return [both - after, after];
  return [before ?? 0, both - (before ?? 0)];
}
