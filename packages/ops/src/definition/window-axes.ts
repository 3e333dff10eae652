/** The axes that windows slide along. */
import { normalizeAxis, raise } from '@deft/core';

/** Axes counted from the front. Throws `E_AXIS` unless there is one at least, and they ascend. */
export function windowAxes(op: string, axes: readonly number[], rank: number): readonly number[] {
  const list = Array.isArray(axes) ? axes.map((axis) => normalizeAxis(op, axis, rank, 'axes')) : [];
  if (list.length === 0 || list.some((axis, i) => i > 0 && axis <= (list[i - 1] as number))) {
    raise('E_AXIS', {
      op,
      argument: 'axes',
      expected: 'axes in ascending order, each once',
      found: Array.isArray(axes) ? `[${axes.join(', ')}]` : String(axes),
    });
  }
  return list;
}
