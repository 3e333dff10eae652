/** Complex operands as real and imaginary parts: brought to one shape, with the wanted axis last. */
import { normalizeAxis, raise, type Tensor, tryBroadcast } from '@deft/core';
import { broadcastTo } from '../broadcast-to.ts';
import { moveAxis } from '../move-axis.ts';

/** Real and imaginary parts. */
export type Parts = readonly [real: Tensor, imaginary: Tensor];

/** Both parts broadcast against each other. Throws `E_BROADCAST`. */
export function sameShapeParts(op: string, [real, imaginary]: Parts): Parts {
  const shape = tryBroadcast([real.abstract.shape, imaginary.abstract.shape]);
  if (!shape) {
    return raise('E_BROADCAST', {
      op,
      says: 'real and imaginary parts do not broadcast together',
      operands: [real.abstract, imaginary.abstract],
    });
  }
  return [broadcastTo(real, shape as number[]) as Tensor, broadcastTo(imaginary, shape as number[]) as Tensor];
}

/** Applies `f` to parts whose axis is moved to the end, and moves it back. */
export function alongLast(op: string, parts: Parts, axis: number, f: (parts: Parts) => Parts): Parts {
  const place = normalizeAxis(op, axis, parts[0].rank);
  const moved = (list: Parts, from: number, to: number): Parts =>
    from === to || list[0].rank === 0
      ? list
      : [moveAxis(list[0], from, to) as Tensor, moveAxis(list[1], from, to) as Tensor];
  const last = parts[0].rank - 1;
  return moved(f(moved(parts, place, last)), last, place);
}
