/**
 * Many directions at one point, in batches: the rows or columns of a Jacobian. All at once unless a chunk size says
 * otherwise, which bounds the memory of the batch.
 */
import { algebra, currentInterpreter, ndZeros, raise, sizeOf, type Tensor } from '@deft/core';
import { mapExamples } from './batch-interpreter.ts';

/** The unit directions `from`, `from + 1` … of a tensor's elements, along a new first axis. */
function unitDirections({ abstract }: Tensor, from: number, count: number): Tensor {
  const size = sizeOf(abstract.shape);
  const array = ndZeros([count, ...abstract.shape], abstract.dtype);
  for (let i = 0; i < count; i++) array.data[i * size + from + i] = 1;
  return currentInterpreter().constant(array, false);
}

/** Throws `E_ARGUMENT` unless the chunk size is a whole number of at least 1, or left out. */
export function checkChunkSize(op: string, chunkSize: number | undefined): void {
  if (chunkSize === undefined || (Number.isInteger(chunkSize) && chunkSize >= 1)) return;
  const expected = 'a whole number of at least 1';
  raise('E_ARGUMENT', { op, argument: 'chunkSize', expected, found: String(chunkSize) });
}

/**
 * What `f` makes of every unit direction of a tensor, along a new first axis. One chunk is one batch; one of a single direction
 * is no batch, so it needs no batching rules.
 */
export function alongUnits(
  like: Tensor,
  f: (direction: Tensor) => readonly Tensor[],
  chunkSize: number | undefined,
): readonly Tensor[] {
  const size = sizeOf(like.abstract.shape);
  const step = Math.min(chunkSize ?? size, size);
  if (step === 1 && chunkSize === 1) {
    const rows = Array.from({ length: size }, (_, i) => {
      const direction = algebra().reshape(unitDirections(like, i, 1), like.abstract.shape);
      return f(direction).map((one) => algebra().reshape(one, [1, ...one.abstract.shape]));
    });
    return joined(rows);
  }
  const chunks: (readonly Tensor[])[] = [];
  for (let chunk = 0; chunk === 0 || chunk * step < size; chunk++) {
    const from = chunk * step;
    const count = Math.min(step, size - from);
    const run = ([direction]: readonly Tensor[]): readonly Tensor[] => f(direction as Tensor);
    chunks.push(mapExamples(run, [unitDirections(like, from, count)], [true], count) as Tensor[]);
  }
  return joined(chunks);
}

function joined(chunks: readonly (readonly Tensor[])[]): readonly Tensor[] {
  const [first] = chunks;
  if (chunks.length <= 1) return first ?? [];
  return (first as readonly Tensor[]).map((_, k) => algebra().concat(chunks.map((chunk) => chunk[k] as Tensor)));
}
