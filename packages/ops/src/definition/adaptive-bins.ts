/**
 * Bins of adaptive poolings: an axis of W elements in L parts, part i from ⌊i·W/L⌋ up to ⌈(i+1)·W/L⌉ (without it), as in
 * PyTorch. Neighbouring parts may share elements, and no part is empty.
 */
import { raise } from '@deft/core';
import { type AnyDataFormat, checkDataFormat } from './convolution.ts';
import { eachAxis } from './window-geometry.ts';

/** Where a part begins, and how many elements it has. */
export function adaptiveBin(i: number, dim: number, parts: number): readonly [start: number, size: number] {
  const start = Math.floor((i * dim) / parts);
  return [start, Math.ceil(((i + 1) * dim) / parts) - start];
}

const formats: Readonly<Record<number, AnyDataFormat>> = { 3: 'NWC', 4: 'NHWC', 5: 'NDHWC' };

/** The layout of the operand and the number of parts along each spatial axis. Throws `E_RANK`, `E_ATTRIBUTE`. */
export function adaptiveAttributes(
  op: string,
  x: { readonly shape: readonly number[]; readonly text: string },
  outputSize: number | readonly number[],
  dataFormat: AnyDataFormat | undefined,
): { readonly outputSize: readonly number[]; readonly dataFormat: AnyDataFormat } {
  const usual = formats[x.shape.length];
  if (usual === undefined) {
    return raise('E_RANK', {
      op,
      argument: 'x',
      expected: 'rank 3 to 5',
      found: `rank ${x.shape.length}`,
      operands: [x],
    });
  }
  const spatial = usual.length - 2;
  checkDataFormat(op, dataFormat ?? usual, spatial);
  return { outputSize: eachAxis(op, 'outputSize', outputSize, spatial), dataFormat: dataFormat ?? usual };
}
