/** Thousands of tensors in one call: more than a kernel could read at once. */
import { concat, grad, jit, stack, sum, type Tensor, tensor, unstack } from '@deft/tensor';
import { expect, it } from 'vitest';

const count = 1100;
const numbers = Float32Array.from({ length: count }, (_, i) => i);

it('are joined, at once and captured, and give their gradients back', () => {
  const round = (x: Tensor): Tensor => stack(unstack(x) as Tensor[]) as Tensor;
  expect(round(tensor(numbers)).dataSync()).toEqual(numbers);
  expect(jit(round)(tensor(numbers)).dataSync()).toEqual(numbers);
  const slope = grad((x: Tensor) => sum(round(x)) as Tensor)(tensor(numbers)) as Tensor;
  expect(slope.dataSync()).toEqual(new Float32Array(count).fill(1));
});

it('name the one that does not fit', () => {
  const parts: Tensor[] = Array.from({ length: 100 }, () => tensor([1]));
  parts[77] = tensor([[1]]);
  expect(() => concat(parts)).toThrow(
    /concat: tensors\[77\]: expected float32\[any\] as tensors\[0\], got float32\[1, 1\]/,
  );
});
