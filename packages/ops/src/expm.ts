/** `expm`: the exponential of square matrices. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { type ArrayReference, buildRoutine, routineForms } from '@deft/kernel';
import { concat } from './concat.ts';
import { definePrimitive } from './definition/define.ts';
import {
  batchedStacks,
  fromHost,
  type HostMatrix,
  hostMatrices,
  squareMatrices,
  transposed,
} from './definition/matrices.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { slice } from './slice.ts';
import { zerosLike } from './zeros-like.ts';

/** Terms of the series; with a norm of at most 1/2 the rest is below 2⁻⁶⁴. */
const terms = 16;
/** Halvings that bring any finite norm below 1/2. */
const mostHalvings = 1100;

/**
 * The exponential of the square matrices in the last two axes, by the power series of the matrix divided by a power of 2,
 * which is then squared as often (Moler and Van Loan, Nineteen dubious ways …, method 3), in double precision.
 *
 * @throws `E_RANK` below two axes, `E_SHAPE` unless the matrices are square, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { expm, tensor } from '@deft/tensor';
 * console.log(expm(tensor([[0, 1], [0, 0]])).toArray()); // [[1, 1], [0, 1]]
 * ```
 */
export const expm: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'expm',
  inputs: ['x'],
  doc: {
    group: 'linear algebra',
    summary: 'The exponential of square matrices.',
    math: 'expm(x) = Σ xᵏ / k!',
    see: ['exp', 'matrixPower'],
  },
  promote: 'float',
  infer: ([x]) => {
    squareMatrices('expm', 'x', x);
    return floating('expm', x);
  },
  // Najfeld and Havel, Derivatives of the matrix exponential (1995), theorem 4.12: a block of a larger exponential.
  jvp: ([x], [dx]) => derivative(x, dx),
  vjp: (ct, { x }) => [derivative(transposed(x), ct)],
  saves: ['x'],
  batch: (inputs, batched, _, size) => expm(batchedStacks(inputs, batched, size)[0] as Tensor),
  lower: ([x]) => {
    const { instances, rows: n } = squareMatrices('expm', 'x', x);
    const matrix = { dtype: x.dtype, length: n * n, columns: n };
    const double = { ...matrix, dtype: 'float64' } as const;
    const arrays = { inputs: [matrix], results: [matrix], scratch: [double, double, double] } as const;
    const routine = buildRoutine('expm', arrays, (r, [given], [result], [a, sum, next]) => {
      const norm = r.variable('float64', 0);
      r.loop(0, n, (i) => {
        const row = r.sum(0, n, (j) => given.at(i, j).apply('abs'));
        norm.set(norm.max(row));
      });
      const halvings = r.variable('int32', 0);
      const scale = r.variable('float64', 1);
      r.while(norm.mul(scale).greater(0.5).and(halvings.less(mostHalvings)), () => {
        scale.set(scale.mul(0.5));
        halvings.set(halvings.add(1));
      });
      r.loop(0, n * n, (i) => a.set(i, given.at(i).to('float64').mul(scale)));
      const timesSum = (left: ArrayReference): void => {
        r.loop(0, n, (i) => {
          r.loop(0, n, (j) => next.setAt(i, j, 0));
          r.loop(0, n, (k) => {
            const factor = r.let(left.at(i, k));
            r.loop(0, n, (j) => next.setAt(i, j, next.at(i, j).add(factor.mul(sum.at(k, j)))));
          });
        });
      };
      r.loop(0, n, (i) => r.loop(0, n, (j) => sum.setAt(i, j, i.equal(j).to('float64'))));
      // Horner's scheme: sum = 1 + a / k · sum, from the last term to the first.
      r.loopDown(terms + 1, 1, (k) => {
        timesSum(a);
        const divisor = r.let(k.to('float64'));
        r.loop(0, n, (i) => {
          r.loop(0, n, (j) => sum.setAt(i, j, next.at(i, j).div(divisor).add(i.equal(j).to('float64'))));
        });
      });
      r.loop(0, halvings, () => {
        timesSum(sum);
        r.loop(0, n * n, (i) => sum.set(i, next.at(i)));
      });
      r.loop(0, n * n, (i) => result.set(i, sum.at(i)));
    });
    return routineForms(routine, instances, 1);
  },
  reference: ([x]) => fromHost(hostMatrices(x).map(exponential), x.shape, x.dtype),
  samples: [
    { label: 'a matrix', inputs: [nd([2, 2], [1, 0.5, -0.25, 0.5])], grad: 'check' },
    { label: 'three rows', inputs: [nd([3, 3], [0.5, 1, -1, 2, 0.25, 1, 1, -2, 0.5])], grad: 'check' },
    { label: 'a turn', inputs: [nd([2, 2], [0, -3, 3, 0])], grad: 'check' },
    { label: 'a stack', inputs: [nd([2, 2, 2], [1, 0, 0, 1, 0, 1, 0, 0])], grad: 'check' },
    { label: 'one element', inputs: [nd([1, 1], [2])], grad: 'check' },
    { label: 'zeros', inputs: [nd([2, 2], [0, 0, 0, 0])], grad: 'check' },
    { label: 'integers', inputs: [nd([1, 1], [1], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2, 2], [])] },
    { label: 'nan', inputs: [nd([1, 1], [NaN])], grad: 'skip' },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [2] }], code: 'E_RANK', says: /expm: x: expected at least rank 2/ },
    {
      label: 'not square',
      inputs: [{ shape: [2, 3] }],
      code: 'E_SHAPE',
      says: /expm: x: expected square matrices, got 2 rows of 3/,
    },
    { label: 'bool', inputs: [{ shape: [1, 1], dtype: 'bool' }], code: 'E_DTYPE', says: /expm: expected floating/ },
  ],
});

/** The derivative of the exponential at `x` along `dx`: the upper right block of the exponential of [[x, dx], [0, x]]. */
function derivative(x: Tensor, dx: Tensor): Tensor {
  const { shape } = x.abstract;
  const n = shape.at(-1) as number;
  const whole = expm(concat([concat([x, dx], -1), concat([zerosLike(x), x], -1)], -2) as Tensor);
  const stack = shape.slice(0, -2);
  return slice(whole, [...stack.map(() => 0), 0, n], [...stack, n, n]) as Tensor;
}

function exponential(a: HostMatrix): HostMatrix {
  const n = a.length;
  const unit = a.map((row, i) => row.map((_, j) => Number(i === j)));
  const times = (x: HostMatrix, y: HostMatrix): HostMatrix =>
    x.map((row) => row.map((_, j) => row.reduce((sum, value, k) => sum + value * (y[k]?.[j] as number), 0)));
  const norm = Math.max(0, ...a.map((row) => row.reduce((sum, value) => sum + Math.abs(value), 0)));
  const halvings = Number.isFinite(norm) && norm > 0 ? Math.max(0, Math.ceil(Math.log2(norm)) + 3) : 0;
  const small = a.map((row) => row.map((value) => value / 2 ** halvings));
  let result = unit;
  let term = unit;
  for (let k = 1; k < 24 && n > 0; k++) {
    term = times(term, small).map((row) => row.map((value) => value / k));
    result = result.map((row, i) => row.map((value, j) => value + (term[i]?.[j] as number)));
  }
  for (let k = 0; k < halvings; k++) result = times(result, result);
  return result;
}
