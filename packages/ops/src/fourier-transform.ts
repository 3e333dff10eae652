/** `fourierTransform`: the discrete Fourier transform of rows; what the `fft` family is made of. */
import {
  type AbstractValue,
  internal,
  type NdArray,
  nd,
  type OperationFunction,
  raise,
  sizeOf,
  type Tensor,
} from '@deft/core';
import { buildRoutine, routineForms } from '@deft/kernel';
import { add } from './add.ts';
import { partsOf } from './definition/complex-part.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { fourierScratch, writeFourier } from './definition/fourier-routine.ts';
import { batchedStacks } from './definition/matrices.ts';
import { floating, requireRank } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { sub } from './sub.ts';

type FourierTransform = <const X extends TensorLike, const Y extends TensorLike>(
  real: X,
  imaginary: Y,
) => readonly [real: Tensor<ShapeOf<X>, FloatOfAll<X | Y>>, imaginary: Tensor<ShapeOf<X>, FloatOfAll<X | Y>>];

/**
 * The discrete Fourier transform along the last axis of complex numbers given as real and imaginary parts of one shape,
 * not divided by the length. With the parts exchanged on both sides it is the inverse. Any length costs n · log n steps; computed in
 * double precision.
 *
 * @throws `E_RANK` for scalars, `E_SHAPE` unless both parts have one shape, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { fourierTransform, tensor } from '@deft/tensor';
 * const [real, imaginary] = fourierTransform(tensor([1, 0, 0, 0]), tensor([0, 0, 0, 0]));
 * console.log(real.toArray(), imaginary.toArray()); // [1, 1, 1, 1] [0, 0, 0, 0]
 * ```
 */
export const fourierTransform: OperationFunction<FourierTransform> = definePrimitive({
  name: 'fourierTransform',
  inputs: ['real', 'imaginary'],
  multipleResults: true,
  doc: {
    group: 'signal',
    summary: 'The discrete Fourier transform along the last axis, of real and imaginary parts.',
    math: 'y[k] = Σ x[j] · exp(−2πi · j · k / n)',
    notes: ['Not divided by the length.', 'Complex numbers are pairs of tensors.'],
    see: ['fft', 'rfft'],
  },
  promote: 'float',
  infer: ([real, imaginary]) => {
    requireRank('fourierTransform', 'real', real, 1, true);
    if (real.text !== imaginary.text) {
      raise('E_SHAPE', {
        op: 'fourierTransform',
        argument: 'imaginary',
        expected: real.text,
        found: imaginary.text,
        operands: [real, imaginary],
      });
    }
    const value = floating('fourierTransform', real);
    return [value, value];
  },
  jvp: (_, [real, imaginary]) => fourierTransform(real, imaginary),
  // The conjugate transform is the transform with the parts exchanged.
  vjpMany: ([real, imaginary]) => {
    if (!real || !imaginary) return internal('fourierTransform: a cotangent is missing');
    const [back, front] = fourierTransform(imaginary, real);
    return [front, back];
  },
  saves: [],
  batch: (inputs, batched, _, size) => {
    const [real, imaginary] = batchedStacks(inputs, batched, size) as [Tensor, Tensor];
    return fourierTransform(real, imaginary);
  },
  lower: ([real]) => {
    const { rows, n } = rowsOf(real);
    const whole = { dtype: real.dtype, length: rows * n, columns: n };
    const arrays = { inputs: [whole, whole], results: [whole, whole], scratch: fourierScratch(n) } as const;
    const routine = buildRoutine('fourier', arrays, (r, [re, im], [outRe, outIm], scratch) => {
      writeFourier(
        r,
        rows,
        n,
        scratch,
        (row, i) => ({ re: r.let(re.at(row, i).to('float64')), im: r.let(im.at(row, i).to('float64')) }),
        (row, i, value) => {
          outRe.setAt(row, i, value.re);
          outIm.setAt(row, i, value.im);
        },
      );
    });
    return routineForms(routine, 1, 2, true);
  },
  complex: ([re, im]) => {
    const [[a, b], [c, d]] = [partsOf(re), partsOf(im)];
    return fourierTransform(sub(a, d) as Tensor, add(b, c) as Tensor);
  },
  reference: ([real, imaginary]) => {
    const { rows, n } = rowsOf({ ...real, weak: false, text: '' });
    const results = [new Float64Array(rows * n), new Float64Array(rows * n)] as const;
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < n; k++) {
        let [re, im] = [0, 0];
        for (let j = 0; j < n; j++) {
          const angle = (-2 * Math.PI * ((j * k) % n)) / n;
          const [c, s] = [Math.cos(angle), Math.sin(angle)];
          const [x, y] = [real.data[row * n + j] as number, imaginary.data[row * n + j] as number];
          re += x * c - y * s;
          im += x * s + y * c;
        }
        results[0][row * n + k] = re;
        results[1][row * n + k] = im;
      }
    }
    return results.map((data): NdArray => ({ ...nd(real.shape, data, real.dtype) }));
  },
  samples: [
    { label: 'four', inputs: [nd([4], [1, 2, 3, 4]), nd([4], [0, 1, -1, 2])], grad: 'check' },
    { label: 'six', inputs: [nd([6], [1, 2, 3, 4, 0, -2]), nd([6], [0, 1, -1, 2, 5, 1])], grad: 'check' },
    { label: 'rows of five', inputs: [ramp([2, 5], 3), ramp([2, 5], 5)], grad: 'check' },
    { label: 'a large prime', inputs: [ramp([17], 3), ramp([17], 5)], grad: 'check' },
    { label: 'many small factors', inputs: [ramp([120], 7), ramp([120], 3)], grad: 'skip' },
    { label: 'one', inputs: [nd([2, 1], [1, 2]), nd([2, 1], [3, 4])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([2], [0, 1], 'int32')] },
    { label: 'no rows', inputs: [nd([0, 3], []), nd([0, 3], [])] },
    { label: 'no elements', inputs: [nd([2, 0], []), nd([2, 0], [])] },
  ],
  errors: [
    {
      label: 'scalars',
      inputs: [{ shape: [] }, { shape: [] }],
      code: 'E_RANK',
      says: /fourierTransform: real: expected at least rank 1/,
    },
    {
      label: 'parts that differ',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_SHAPE',
      says: /fourierTransform: imaginary: expected float32\[2\], got float32\[3\]/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /fourierTransform: expected floating/,
    },
  ],
});

function rowsOf({ shape }: AbstractValue): { readonly rows: number; readonly n: number } {
  const n = shape.at(-1) as number;
  return { rows: n === 0 ? 0 : sizeOf(shape.slice(0, -1)), n };
}

/** An array of small numbers with no pattern. */
function ramp(shape: readonly number[], step: number): NdArray {
  return nd(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => (((i + 1) * step) % 11) - 4),
  );
}
