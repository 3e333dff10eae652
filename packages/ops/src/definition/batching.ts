/** What batch rules share. */
import { algebra, type Tensor } from '@deft/core';

/** An operand of a batch rule with the batch axis in front, whether it had one or not. */
export function withBatchAxis(x: Tensor, batched: boolean, size: number): Tensor {
  const { shape } = x.abstract;
  return batched ? x : algebra().broadcastTo(algebra().reshape(x, [1, ...shape]), [size, ...shape]);
}
