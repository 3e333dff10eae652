/** Functions of eigenvalues and singular values alone are smooth where values are equal, though vectors are not. */
import { eigh, eye, grad, jvp, mul, square, sum, svd, type Tensor, tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';

const list = (x: Tensor): number[] => Array.from(x.dataSync(), (v) => Number(v) + 0);
const close = (found: Tensor, expected: readonly number[]): void =>
  list(found).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 9);
  });
const double = (rows: readonly (readonly number[])[]): Tensor => tensor(rows as never, { dtype: 'float64' });
const identity = (n: number): Tensor => eye(n, n, 'float64') as Tensor;

describe('eigenvalues', () => {
  const total = (x: Tensor): Tensor => sum(eigh(x)[0]) as Tensor;
  const squares = (x: Tensor): Tensor => sum(square(eigh(x)[0])) as Tensor;

  it('add up to the trace, also where they are equal', () => {
    close(grad(total)(mul(identity(3), 2) as Tensor), [1, 0, 0, 0, 1, 0, 0, 0, 1]);
    const [, slope] = jvp(
      total,
      [identity(2)],
      [
        double([
          [3, 1],
          [1, 5],
        ]),
      ],
    ) as unknown as [Tensor, Tensor];
    expect(slope.item()).toBeCloseTo(8, 12);
  });

  it('have squares that add up to those of the elements', () => {
    close(grad(squares)(mul(identity(2), 2) as Tensor), [4, 0, 0, 4]);
    close(
      grad(squares)(
        double([
          [0, 0],
          [0, 0],
        ]),
      ),
      [0, 0, 0, 0],
    );
  });
});

describe('singular values', () => {
  const total = (x: Tensor): Tensor => sum(svd(x)[1]) as Tensor;
  const squares = (x: Tensor): Tensor => sum(square(svd(x)[1])) as Tensor;

  it('add up to the nuclear norm, whose slope is U·Vᵀ, also where they are equal', () => {
    close(grad(total)(identity(2)), [1, 0, 0, 1]);
    close(
      grad(total)(
        double([
          [0, -1],
          [1, 0],
          [0, 0],
        ]),
      ),
      [0, -1, 1, 0, 0, 0],
    );
  });

  it('have squares that add up to those of the elements, also where the rank is low', () => {
    for (const rows of [
      [
        [1, 2],
        [2, 4],
        [3, 6],
      ],
      [
        [0, 0],
        [0, 0],
      ],
      [
        [1, 0],
        [0, 1],
      ],
    ]) {
      close(
        grad(squares)(double(rows)),
        rows.flat().map((x) => 2 * x),
      );
    }
  });
});
